// The steps of the guided tour. Each has a title, what to do in words, and acts that set the scene:
// `as` becomes a person, `write` fills the field, `fault` makes CCPayment go wrong (`once`: at its next
// call, and in another way `then`), `pass` lets seconds go by, `look` opens a panel.

export const RITA = "U0RITA00001";
export const NOA = "U0NOA000001";
export const DANA = "U0DANA00001";
export const ELI = "U0ELI000001";

const SUPPLIER = "0x7E5f955Ed10B73D6265b1adcF768B94F8dD55bDf";
const LANDLORD = "0xa1B2c3D4e5a1B2c3D4e5a1b2C3D4E5a1b2c3D4e5";
const IMITATION = "0x7e5fF921321AAEDB0BB53398796772F843Dc5bDF";

export const STEPS = [
  {
    title: "What is real here",
    words:
      "The bot is the real one. Slack, its people, CCPayment and the money are *pretended*, and all " +
        "of it stays on this machine. You can be anybody, and the clock above lets time go by.",
    acts: [],
  },
  {
    title: "Ask for a payout",
    words:
      "*Rita* asks. Write the command and press Enter, then press Approve on the card: she may not.",
    acts: [{ as: RITA, write: `/payout 240 USDT on ETH to ${SUPPLIER} for Invoice 2001` }],
  },
  {
    title: "Somebody else approves",
    words:
      "Approve it as *Dana*. Then open the card's thread: it names order_id and network_fee, and the " +
        "CCPayment panel shows the same order.",
    acts: [{ as: DANA }, { words: "Show CCPayment", look: "ccpayment" }],
  },
  {
    title: "An address that looks right",
    words:
      `Noa asks for Invoice 2002. The invoice says *${SUPPLIER.slice(0, 6)} ${SUPPLIER.slice(6, 10)} …*, as ` +
        "paid before. But what Noa writes only looks like it. As Dana, open the review: it wants the " +
        "group that only the invoice has. Then reject it.",
    acts: [
      { as: NOA, write: `/payout 235 USDT on ETH to ${IMITATION} for Invoice 2002` },
      { as: DANA },
    ],
  },
  {
    title: "A large payout takes two",
    words:
      "Above 1,000 USD the policy asks for *Dana and Eli*, also where several payouts of one day to " +
      "the same address add up to it. One approval is not enough.",
    acts: [
      { as: RITA, write: `/payout 1400 USDT on ETH to ${SUPPLIER} for Invoice 2003` },
      { as: DANA },
      { as: ELI },
    ],
  },
  {
    title: "A limit",
    words:
      "The policy lets *10,000 USD a day* go out. More is refused when it is asked for.",
    acts: [{ as: RITA, write: `/payout 10500 USDT on ETH to ${SUPPLIER} for Invoice 2004` }],
  },
  {
    title: "Freeze, and unfreeze",
    words:
      "Dana or Eli can stop all sending. Then ask and approve: nothing leaves. *Both* must unfreeze, " +
        "and it goes on.",
    acts: [
      { words: "As Eli, freeze", as: ELI, write: "/payout freeze" },
      { words: "As Rita, ask", as: RITA, write: `/payout 90 USDT on ETH to ${LANDLORD} for Invoice 2005` },
      { words: "As Dana, unfreeze", as: DANA, write: "/payout unfreeze" },
      { words: "As Eli, unfreeze", as: ELI, write: "/payout unfreeze" },
    ],
  },
  {
    title: "Look again, take back",
    words:
      "*show* tells all that is on record of a payout. *cancel* takes one back that has not left: put " +
        "its number there. *list* names them all.",
    acts: [
      { words: "Write show 1", write: "/payout show 1" },
      { words: "Write list", write: "/payout list" },
      { as: RITA, write: `/payout 60 USDT on ETH to ${LANDLORD} for Invoice 2006` },
      { words: "Write cancel", as: RITA, write: "/payout cancel " },
    ],
  },
  {
    title: "In doubt, then absent",
    words:
      "Let CCPayment *lose the next request*, ask, and approve as Dana. Nothing is sent again by itself. " +
        "Some minutes later CCPayment surely knows nothing of it; then the card offers Send again, and Close.",
    acts: [
      { words: "Lose the next request", fault: { mode: "request-lost", once: true } },
      { as: RITA, write: `/payout 110 USDT on ETH to ${LANDLORD} for Invoice 2007` },
      { as: DANA },
      { words: "Let 10 minutes go by", pass: 600 },
    ],
  },
  {
    title: "Resolve by hand",
    words:
      "CCPayment *takes the next order, says an error*, and answers no look-up after that. Ask, " +
      "approve as Dana, and let two hours go by. Then somebody enters what CCPayment's dashboard " +
      "shows: here it is its panel. At last let it work again.",
    acts: [
      {
        words: "Take it, and say an error",
        fault: { mode: "error-after", once: true, then: "look-ups-down" },
      },
      { as: RITA, write: `/payout 130 USDT on ETH to ${LANDLORD} for Invoice 2008` },
      { as: DANA },
      { words: "Let 2 hours go by", pass: 7200 },
      { words: "Show CCPayment", look: "ccpayment" },
      { words: "CCPayment works again", fault: { mode: "normal", once: false } },
    ],
  },
  {
    title: "What is on record",
    words:
      "Every step and every refusal is a line in the audit log. *Verify* checks each of them, with the " +
        "same code as the real program.",
    acts: [{ words: "Show the audit log", look: "audit" }],
  },
];

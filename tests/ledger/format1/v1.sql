-- A ledger of format 1, made by the first release: see make.py.
BEGIN TRANSACTION;
CREATE TABLE approvals (
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    approver TEXT NOT NULL,
    approver_name TEXT NOT NULL,
    at TEXT NOT NULL,
    comment TEXT NOT NULL,
    PRIMARY KEY (subject, id, approver)
) STRICT;
INSERT INTO "approvals" VALUES('payout',1,'U0DANA00001','Dana','2026-11-22T12:00:00.000000Z','');
INSERT INTO "approvals" VALUES('payout',2,'U0DANA00001','Dana','2026-11-22T12:00:15.000000Z','');
INSERT INTO "approvals" VALUES('payout',3,'U0DANA00001','Dana','2026-11-22T12:19:15.000000Z','');
INSERT INTO "approvals" VALUES('payout',5,'U0DANA00001','Dana','2026-11-22T12:20:15.000000Z','');
INSERT INTO "approvals" VALUES('payout',6,'U0DANA00001','Dana','2026-11-22T12:20:20.000000Z','');
CREATE TABLE attempts (
    payout INTEGER NOT NULL REFERENCES payouts (number),
    number INTEGER NOT NULL CHECK (number BETWEEN 1 AND 3),
    timestamp INTEGER NOT NULL,        -- seconds; what is signed
    body TEXT NOT NULL,                -- the exact bytes of the request
    outcome TEXT CHECK (outcome IN ('unsent', 'declined', 'doubted', 'sent')),
    code TEXT NOT NULL,                -- the gateway's own, word for word
    message TEXT NOT NULL,
    meaning TEXT NOT NULL,             -- what the code means, where that is known
    duplicate INTEGER NOT NULL CHECK (duplicate IN (0, 1)),
    answered_at TEXT,
    PRIMARY KEY (payout, number)
) STRICT;
INSERT INTO "attempts" VALUES(1,1,1795348800,'{"merchant_order_id":"p1frjy6ymottnpl6ogi73345ypjlp2","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","value":"250","memo":"","merchant_pays_fee":false}','sent','','','',0,'2026-11-22T12:00:00.000000Z');
INSERT INTO "attempts" VALUES(2,1,1795348815,'{"merchant_order_id":"p12pkgpme63ig4hpmlcsqhahh7pn2t","address":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","token_id":"81b9ae0f-8cfa-5544-b99c-7864d49df02b","value":"25","memo":"","merchant_pays_fee":false}','doubted','','the connection broke','',0,'2026-11-22T12:00:15.000000Z');
INSERT INTO "attempts" VALUES(5,1,1795350015,'{"merchant_order_id":"p1wzg6pa55hgnewhjt4ll6yas2tzxl","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","value":"60","memo":"","merchant_pays_fee":false}','unsent','','could not connect: [Errno 111] Connection refused','',0,'2026-11-22T12:20:15.000000Z');
INSERT INTO "attempts" VALUES(6,1,1795350020,'{"merchant_order_id":"p1brg3pb6kbyabwaa7a6qa6pllp2en","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","value":"70","memo":"","merchant_pays_fee":false}','doubted','','the connection broke','',0,'2026-11-22T12:20:20.000000Z');
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "audit" VALUES(1,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"api":"v1","app_id":"20230101000000000000000000000001","team":"T0SANDBOX01","url":"http://ccpayment.v1.invalid"},"id":0,"kind":"opened","number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","subject":"ledger","via":"serve"}','8776ad20f898e0330345fe81bfd675211a2ec56313d99201a3e3b3c33c8c396c');
INSERT INTO "audit" VALUES(2,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"changed":"Every member may ask for payouts.","hash":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","text":"# PAYOUTS_APPROVERS and PAYOUTS_EXPIRY, as a policy file would say it\n[groups]\napprovers = [\"U0DANA00001\", \"U0ELI000001\"]\n\n[[tier]]\napprovals = 1\nof = [\"approvers\"]\nexpiry = \"1440m\"\n"},"id":0,"kind":"policy","number":2,"previous":"8776ad20f898e0330345fe81bfd675211a2ec56313d99201a3e3b3c33c8c396c","subject":"ledger","via":"serve"}','0ae8cacc58178ab041f8ce3cf19c06125de1a6c9bbb40cc2bf8dc745772407e8');
INSERT INTO "audit" VALUES(3,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"250\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000001\",\"number\":1,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"http://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:00.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"tier":"any value","value":250000000},"id":1,"kind":"requested","number":3,"previous":"0ae8cacc58178ab041f8ce3cf19c06125de1a6c9bbb40cc2bf8dc745772407e8","subject":"payout","via":"request"}','582d0173c9c18f7ed523ad4976b4c7341ca32fdc067710bd6c92c8a251928181');
INSERT INTO "audit" VALUES(4,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"2c538f618e9cdaf5f9c647f7be770f4adfaa629c3d4e62449d53e87c036be30f","expires_at":"2026-11-23T12:00:00.000000Z","held_until":null,"missing":0,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"reviewed":null,"tier":"any value","value":250000000,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"approved","number":4,"previous":"582d0173c9c18f7ed523ad4976b4c7341ca32fdc067710bd6c92c8a251928181","subject":"payout","via":"approve"}','981052ae7229c4bce333962cbbb457ea04af74b0b53521f81bd28e25e9c49881');
INSERT INTO "audit" VALUES(5,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1frjy6ymottnpl6ogi73345ypjlp2\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"value\":\"250\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","timestamp":1795348800,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"claimed","number":5,"previous":"981052ae7229c4bce333962cbbb457ea04af74b0b53521f81bd28e25e9c49881","subject":"payout","via":"sender"}','ea52c1257a79e2367140d1fee597f4bbc996a59e5bea36fd87254b249dd8dcc2');
INSERT INTO "audit" VALUES(6,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"fee_coin":"USDT","network_fee":"1.5","order_id":"202611221200009742514861359412280"},"id":1,"kind":"sent","number":6,"previous":"ea52c1257a79e2367140d1fee597f4bbc996a59e5bea36fd87254b249dd8dcc2","subject":"payout","via":"sender"}','1caecaad840580a0c16ccb981de7bfde14130e318ee0dcea74c298101a7f412d');
INSERT INTO "audit" VALUES(7,'payout',1,'{"at":"2026-11-22T12:00:05.000000Z","by":null,"facts":{"fee_coin":"USDT","network_fee":"1.5","order_id":"202611221200009742514861359412280","progress":"settled","status":"Successful","txid":"50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195"},"id":1,"kind":"settled","number":7,"previous":"1caecaad840580a0c16ccb981de7bfde14130e318ee0dcea74c298101a7f412d","subject":"payout","via":"sender"}','55b3bdd1e3e009d22dc7c1a8016cbe5b3df23401295300d5ec38851f3f625abd');
INSERT INTO "audit" VALUES(8,'ledger',0,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"changed":"","hash":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","text":"\n[people]\nrita = [\"U0RITA00001\"]\nnoa = [\"U0NOA000001\"]\ndana = [\"U0DANA00001\", \"U0DANA00002\"]\neli = [\"U0ELI000001\"]\n[groups]\nfinance = [\"dana\", \"eli\", \"noa\"]\ncfo = [\"dana\"]\n[[tier]]\nup_to = 1000\napprovals = 1\nof = [\"finance\"]\n[[tier]]\napprovals = 2\nof = [\"finance\"]\namong = { cfo = 1 }\n"},"id":0,"kind":"policy changed","number":8,"previous":"55b3bdd1e3e009d22dc7c1a8016cbe5b3df23401295300d5ec38851f3f625abd","subject":"ledger","via":"serve"}','98a789fc61f99e211636630064ba325f642a9fb44e1be5b3d35eb384ccc97e38');
INSERT INTO "audit" VALUES(9,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"25\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"XRP\",\"contract\":\"\",\"destination\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000001\",\"number\":2,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"XRP\",\"team\":\"T0SANDBOX01\",\"token_id\":\"81b9ae0f-8cfa-5544-b99c-7864d49df02b\",\"url\":\"http://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:15.000000Z","normal":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":51037500},"id":2,"kind":"requested","number":9,"previous":"98a789fc61f99e211636630064ba325f642a9fb44e1be5b3d35eb384ccc97e38","subject":"payout","via":"request"}','7b1edb182a2efe7be89f24890f8ff0e12645fa7f44e99126de8f208ae3ba7103');
INSERT INTO "audit" VALUES(10,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"d3d467b09eda0dc3bd8b14a0701cff7b7533b8058c0dc764180948093b656636","expires_at":"2026-11-23T12:00:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":51037500,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"approved","number":10,"previous":"7b1edb182a2efe7be89f24890f8ff0e12645fa7f44e99126de8f208ae3ba7103","subject":"payout","via":"approve"}','fcf222efd68416240453ce09d2c612b19f953ae39358fdf7ae725c28ce746cd4');
INSERT INTO "audit" VALUES(11,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p12pkgpme63ig4hpmlcsqhahh7pn2t\",\"address\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"token_id\":\"81b9ae0f-8cfa-5544-b99c-7864d49df02b\",\"value\":\"25\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795348815,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"claimed","number":11,"previous":"fcf222efd68416240453ce09d2c612b19f953ae39358fdf7ae725c28ce746cd4","subject":"payout","via":"sender"}','294a900e16fabcb44c0fb41a8824f17291c00c94e454447b7ab68390284cda03');
INSERT INTO "audit" VALUES(12,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":2,"kind":"doubted","number":12,"previous":"294a900e16fabcb44c0fb41a8824f17291c00c94e454447b7ab68390284cda03","subject":"payout","via":"sender"}','81e5ba39d713e185f53ee3fc599e09bfec99639c81b731ae293c24980fd8dec6');
INSERT INTO "audit" VALUES(13,'payout',2,'{"at":"2026-11-22T12:01:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (no entry), but the request may still be taken"},"id":2,"kind":"looked up","number":13,"previous":"81e5ba39d713e185f53ee3fc599e09bfec99639c81b731ae293c24980fd8dec6","subject":"payout","via":"sender"}','296a25835f89189bd96fc8476fa9513d3597148a2fc68ea6a960329b3d4f72f3');
INSERT INTO "audit" VALUES(14,'payout',2,'{"at":"2026-11-22T12:02:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (no entry), but the request may still be taken"},"id":2,"kind":"looked up","number":14,"previous":"296a25835f89189bd96fc8476fa9513d3597148a2fc68ea6a960329b3d4f72f3","subject":"payout","via":"sender"}','891c3648bf7c1afced048ef8d9296e180c27289740f1caee97b7def5ad7626c0');
INSERT INTO "audit" VALUES(15,'payout',2,'{"at":"2026-11-22T12:03:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (no entry)"},"id":2,"kind":"looked up","number":15,"previous":"891c3648bf7c1afced048ef8d9296e180c27289740f1caee97b7def5ad7626c0","subject":"payout","via":"sender"}','91154c4f1f78951ba8d6eedefe29f00a0a01a8362e53fea897f1a18b4961cc11');
INSERT INTO "audit" VALUES(16,'payout',2,'{"at":"2026-11-22T12:04:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (no entry)"},"id":2,"kind":"absent","number":16,"previous":"91154c4f1f78951ba8d6eedefe29f00a0a01a8362e53fea897f1a18b4961cc11","subject":"payout","via":"sender"}','a1975ae6a312a3dade30b43ac3806fe812c8e7027030dfb6d9b38129001bf4b4');
INSERT INTO "audit" VALUES(17,'payout',2,'{"at":"2026-11-22T12:14:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (no entry)"},"id":2,"kind":"looked up","number":17,"previous":"a1975ae6a312a3dade30b43ac3806fe812c8e7027030dfb6d9b38129001bf4b4","subject":"payout","via":"sender"}','4692bdcb75e0ff6eca172f413ec3a666744f20822505342c6d063ee88796c991');
INSERT INTO "audit" VALUES(18,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"1500\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000002\",\"number\":3,\"reason\":\"Invoice 1044\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"http://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"tier":"above 1,000 USD","value":1500000000},"id":3,"kind":"requested","number":18,"previous":"4692bdcb75e0ff6eca172f413ec3a666744f20822505342c6d063ee88796c991","subject":"payout","via":"request"}','1f3c3da02829189a587cad95b2880d8e59ad5954b1b0efd5b1193337d5efcf52');
INSERT INTO "audit" VALUES(19,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"2813ff12a4403f8c7eaff0f3587f41f05ad80bf02e905510e46e3b5bff903bd7","missing":1,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"reviewed":null,"tier":"above 1,000 USD","value":1500000000,"verdict":"1 of 2 approvals (above 1,000 USD); needs 1 more of {U0ELI000001}, {U0NOA000001}"},"id":3,"kind":"agreed","number":19,"previous":"1f3c3da02829189a587cad95b2880d8e59ad5954b1b0efd5b1193337d5efcf52","subject":"payout","via":"approve"}','75f243888c8f0c3be98779649261e3be3d0a43ebbc64463af61960943002f151');
INSERT INTO "audit" VALUES(20,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"40\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000003\",\"number\":4,\"reason\":\"Invoice 1045\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"http://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":40000000},"id":4,"kind":"requested","number":20,"previous":"75f243888c8f0c3be98779649261e3be3d0a43ebbc64463af61960943002f151","subject":"payout","via":"request"}','d7e4bd9054475243c2ba43ef6943b99ac701b7a97725d32f399457a61fa663a2');
INSERT INTO "audit" VALUES(21,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"because":"Already paid.","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98"},"id":4,"kind":"rejected","number":21,"previous":"d7e4bd9054475243c2ba43ef6943b99ac701b7a97725d32f399457a61fa663a2","subject":"payout","via":"reject"}','4d896079ed268543a95edc23175b906468f028e6a4e081aeaafcded078c9eaf3');
INSERT INTO "audit" VALUES(22,'ledger',0,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"Eli froze it"},"id":0,"kind":"frozen","number":22,"previous":"4d896079ed268543a95edc23175b906468f028e6a4e081aeaafcded078c9eaf3","subject":"ledger","via":"freeze"}','ce4ed821f0124fe504c85fd27a2ce2c43a06d3f23c2a0f967c38970d274ff35d');
INSERT INTO "audit" VALUES(23,'ledger',0,'{"at":"2026-11-22T12:19:45.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{},"id":0,"kind":"unfreeze asked","number":23,"previous":"ce4ed821f0124fe504c85fd27a2ce2c43a06d3f23c2a0f967c38970d274ff35d","subject":"ledger","via":"unfreeze"}','051491b1daccdfd8fc2bb3f692dbdd41a70292a483a0721ed2f5a815c9d62af0');
INSERT INTO "audit" VALUES(24,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{},"id":0,"kind":"unfreeze asked","number":24,"previous":"051491b1daccdfd8fc2bb3f692dbdd41a70292a483a0721ed2f5a815c9d62af0","subject":"ledger","via":"unfreeze"}','b84a62a6001476c52483d4bbafa8b9f078c8f7fe708e68bf157b9d4635965d36');
INSERT INTO "audit" VALUES(25,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"2 approvers agreed"},"id":0,"kind":"unfrozen","number":25,"previous":"b84a62a6001476c52483d4bbafa8b9f078c8f7fe708e68bf157b9d4635965d36","subject":"ledger","via":"unfreeze"}','0b7399e0564d92f212ab0ac4ffb09e2c5a3a2ed4c0df2cd21f4aef69c477087a');
INSERT INTO "audit" VALUES(26,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"60\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000004\",\"number\":5,\"reason\":\"Invoice 1046\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"http://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":60000000},"id":5,"kind":"requested","number":26,"previous":"0b7399e0564d92f212ab0ac4ffb09e2c5a3a2ed4c0df2cd21f4aef69c477087a","subject":"payout","via":"request"}','e62d6e0700b7afd8e9d1a1c22106c1cafc3ae7d8b6f7acab9f184a0cfdc9502b');
INSERT INTO "audit" VALUES(27,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"b64de783bd399a4b1d33e2d7ec025a9e6eb08403de24ce4012be839cd6e18232","expires_at":"2026-11-23T12:20:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":60000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"approved","number":27,"previous":"e62d6e0700b7afd8e9d1a1c22106c1cafc3ae7d8b6f7acab9f184a0cfdc9502b","subject":"payout","via":"approve"}','39a183594aef917ed6874f6000bd4daedc18679b50009bd3dae647c6afa8faef');
INSERT INTO "audit" VALUES(28,'payout',3,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"balance":"24750","fee":"1.5","fee_coin":"USDT"},"id":3,"kind":"estimated","number":28,"previous":"39a183594aef917ed6874f6000bd4daedc18679b50009bd3dae647c6afa8faef","subject":"payout","via":"clerk"}','281ef08302d24fe30ad2b88bf2a87989b7fa7faffe695b0ae4f85d599bb17fac');
INSERT INTO "audit" VALUES(29,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1wzg6pa55hgnewhjt4ll6yas2tzxl\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"value\":\"60\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350015,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"claimed","number":29,"previous":"281ef08302d24fe30ad2b88bf2a87989b7fa7faffe695b0ae4f85d599bb17fac","subject":"payout","via":"sender"}','48812bfdabacea615bbaf79485c998cd95ba5f0a1854cbca98e2f4c70890d59d');
INSERT INTO "audit" VALUES(30,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"message":"could not connect: [Errno 111] Connection refused"},"id":5,"kind":"unsent","number":30,"previous":"48812bfdabacea615bbaf79485c998cd95ba5f0a1854cbca98e2f4c70890d59d","subject":"payout","via":"sender"}','ec38cae047a8fb4d6228ad28ff14ca1e720d5cc9e0bc15b0208d5966ed1a2ebd');
INSERT INTO "audit" VALUES(31,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"70\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000005\",\"number\":6,\"reason\":\"Invoice 1047\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"http://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:20.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"tier":"up to 1,000 USD","value":70000000},"id":6,"kind":"requested","number":31,"previous":"ec38cae047a8fb4d6228ad28ff14ca1e720d5cc9e0bc15b0208d5966ed1a2ebd","subject":"payout","via":"request"}','b330d7e4dc93f6e7924184bf6e0c5e089fa9e5c8509d46fcdb76628031e70bef');
INSERT INTO "audit" VALUES(32,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"0c4db787ca0e001b001f07a00f3d6b7e88de896b0c3de28ca5f75b3887ec78a2","expires_at":"2026-11-23T12:20:20.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":70000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"approved","number":32,"previous":"b330d7e4dc93f6e7924184bf6e0c5e089fa9e5c8509d46fcdb76628031e70bef","subject":"payout","via":"approve"}','54d6a95a44970677027046459ef55c396fe4ca1003fb9823ed2f08e5a5620979');
INSERT INTO "audit" VALUES(33,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1brg3pb6kbyabwaa7a6qa6pllp2en\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"value\":\"70\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350020,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"claimed","number":33,"previous":"54d6a95a44970677027046459ef55c396fe4ca1003fb9823ed2f08e5a5620979","subject":"payout","via":"sender"}','7505676c9e1f7611b27f00a46441bd4c6ae67ccf0854e955470efb7c89e2c140');
INSERT INTO "audit" VALUES(34,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":6,"kind":"doubted","number":34,"previous":"7505676c9e1f7611b27f00a46441bd4c6ae67ccf0854e955470efb7c89e2c140","subject":"payout","via":"sender"}','96c8dde3bdc3ec5dba594102fc8dea5a42ed98f299a50886a47f44179f121974');
CREATE TABLE cards (
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    audience TEXT NOT NULL CHECK (audience IN ('channel', 'requester')),
    channel TEXT,                      -- where it was posted
    ts TEXT,                           -- Slack's name for the message; NULL: not posted yet
    version INTEGER NOT NULL,          -- of the payout, as shown
    told INTEGER NOT NULL,             -- the last audit line told in its thread
    due_at TEXT,
    tries INTEGER NOT NULL,
    PRIMARY KEY (subject, id, audience)
) STRICT;
INSERT INTO "cards" VALUES('payout',1,'channel',NULL,NULL,0,0,'2026-11-22T12:00:05.000000Z',0);
INSERT INTO "cards" VALUES('payout',1,'requester',NULL,NULL,0,0,'2026-11-22T12:00:05.000000Z',0);
INSERT INTO "cards" VALUES('ledger',8,'channel',NULL,NULL,0,0,'2026-11-22T12:00:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',2,'channel',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',2,'requester',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',3,'channel',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',3,'requester',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',4,'channel',NULL,NULL,0,0,'2026-11-22T12:19:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',4,'requester',NULL,NULL,0,0,'2026-11-22T12:19:15.000000Z',0);
INSERT INTO "cards" VALUES('ledger',22,'channel',NULL,NULL,0,0,'2026-11-22T12:19:15.000000Z',0);
INSERT INTO "cards" VALUES('ledger',25,'channel',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',5,'channel',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',5,'requester',NULL,NULL,0,0,'2026-11-22T12:20:15.000000Z',0);
INSERT INTO "cards" VALUES('payout',6,'channel',NULL,NULL,0,0,'2026-11-22T12:20:20.000000Z',0);
INSERT INTO "cards" VALUES('payout',6,'requester',NULL,NULL,0,0,'2026-11-22T12:20:20.000000Z',0);
CREATE TABLE ledger (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    format INTEGER NOT NULL,       -- of this schema
    next_number INTEGER NOT NULL,  -- the number of the next payout
    team TEXT,                     -- the Slack team and the gateway account that it belongs to;
    api TEXT,                      -- unset until the first program serves it
    app_id TEXT,
    url TEXT,
    frozen_at TEXT,                -- set: nothing is sent
    frozen_because TEXT,
    frozen_kind TEXT CHECK (frozen_kind IN ('people', 'mismatch', 'rewound')),
    policy TEXT,                   -- SHA-256 of the policy in force; unset until one was
    frozen_line INTEGER            -- the audit line of the freeze: what approvals to lift it are for
) STRICT;
INSERT INTO "ledger" VALUES(1,1,7,'T0SANDBOX01','v1','20230101000000000000000000000001','http://ccpayment.v1.invalid',NULL,NULL,NULL,'f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98',NULL);
CREATE TABLE payouts (
    number INTEGER PRIMARY KEY,
    canonical TEXT NOT NULL,           -- the content, as approved
    digest TEXT NOT NULL UNIQUE,       -- SHA-256 of it
    reference TEXT NOT NULL UNIQUE,    -- its name at the gateway
    requester TEXT NOT NULL,           -- these six repeat the content, to be searched
    symbol TEXT NOT NULL,
    amount TEXT NOT NULL,
    normal TEXT NOT NULL,              -- the destination in the form that is compared,
    route TEXT NOT NULL,               -- network and memo in theirs,
    reason TEXT NOT NULL,              -- what it is for in its own
    requester_name TEXT NOT NULL,      -- as shown then
    checked INTEGER NOT NULL CHECK (checked IN (0, 1)),
    payment_hash TEXT,                 -- of a Lightning invoice
    payable_until TEXT,                -- its end
    state TEXT NOT NULL CHECK (state IN ('requested', 'approved', 'sending', 'sent', 'settled',
                                         'failed', 'rejected', 'cancelled', 'expired')),
    version INTEGER NOT NULL CHECK (version > 0),
    requested_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    policy TEXT NOT NULL,              -- SHA-256 of the policy under which it was asked for
    tier TEXT NOT NULL,                -- as of the last decision: the tier's name,
    quorum INTEGER NOT NULL CHECK (quorum > 0),     -- how many approvals it needs,
    missing INTEGER NOT NULL CHECK (missing >= 0),  -- and how many of them are missing
    value INTEGER,                     -- micro-dollars, the highest that was known
    priced_at TEXT,
    cwallet_name TEXT,
    balance TEXT,                      -- as estimated
    estimated_fee TEXT,
    estimated_fee_coin TEXT,
    estimated_at TEXT,
    approved_at TEXT,
    held_until TEXT,                   -- approved, but it waits so long before it may go out
    delay TEXT,                        -- why it has not been sent yet
    looks INTEGER NOT NULL CHECK (looks >= 0),
    looked_at TEXT,
    look_said TEXT,
    absent_seen_at TEXT,               -- the first look-up that counts as absent
    absent_at TEXT,                    -- a second one agreed: people may choose
    wish TEXT CHECK (wish IN ('again', 'close')),  -- what an approver asked for in doubt
    wisher TEXT,                       -- who asked for that
    wisher_name TEXT,
    wished_at TEXT,
    restored_at TEXT,                  -- it counts as signed then: an old copy was put back
    order_id TEXT,                     -- the gateway's number
    network_fee TEXT,
    network_fee_coin TEXT,
    gateway_status TEXT,               -- in its own word
    progress TEXT,                     -- in ours
    progress_since TEXT,
    txid TEXT,
    sent_at TEXT,
    resolver TEXT,                     -- who found it in the gateway's dashboard
    resolver_name TEXT,
    closer TEXT,                       -- who rejected or cancelled it
    closer_name TEXT,
    closed_at TEXT,
    because TEXT,
    due_at TEXT,                       -- when its owner must look; NULL: nothing to do
    tries INTEGER NOT NULL DEFAULT 0   -- failed steps in a row, for the back-off
) STRICT;
INSERT INTO "payouts" VALUES(1,'{"amount":"250","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000001","number":1,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"http://ccpayment.v1.invalid"}','2c538f618e9cdaf5f9c647f7be770f4adfaa629c3d4e62449d53e87c036be30f','p1frjy6ymottnpl6ogi73345ypjlp2','U0RITA00001','USDT','250','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1043','Rita',1,NULL,NULL,'settled',5,'2026-11-22T12:00:00.000000Z','2026-11-23T12:00:00.000000Z','58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c','any value',1,0,250000000,'2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:00.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'202611221200009742514861359412280','1.5','USDT','Successful','settled','2026-11-22T12:00:05.000000Z','50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195','2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,'2026-11-22T12:00:05.000000Z',NULL,NULL,0);
INSERT INTO "payouts" VALUES(2,'{"amount":"25","api":"v1","app_id":"20230101000000000000000000000001","chain":"XRP","contract":"","destination":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000001","number":2,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"XRP","team":"T0SANDBOX01","token_id":"81b9ae0f-8cfa-5544-b99c-7864d49df02b","url":"http://ccpayment.v1.invalid"}','d3d467b09eda0dc3bd8b14a0701cff7b7533b8058c0dc764180948093b656636','p12pkgpme63ig4hpmlcsqhahh7pn2t','U0RITA00001','XRP','25','rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH','XRP','invoice 1043','Rita',1,NULL,NULL,'sending',9,'2026-11-22T12:00:15.000000Z','2026-11-23T12:00:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,51037500,'2026-11-22T12:00:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:15.000000Z',NULL,NULL,5,'2026-11-22T12:14:15.000000Z','CCPayment knows no such reference (no entry)','2026-11-22T12:03:15.000000Z','2026-11-22T12:04:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:24:15.000000Z',0);
INSERT INTO "payouts" VALUES(3,'{"amount":"1500","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000002","number":3,"reason":"Invoice 1044","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"http://ccpayment.v1.invalid"}','2813ff12a4403f8c7eaff0f3587f41f05ad80bf02e905510e46e3b5bff903bd7','p1faj76eveia7yy7vp6dzvq72b6bnn','U0RITA00001','USDT','1500','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1044','Rita',1,NULL,NULL,'requested',3,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','above 1,000 USD',2,1,1500000000,'2026-11-22T12:19:15.000000Z',NULL,'24750','1.5','USDT','2026-11-22T12:20:15.000000Z',NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23T12:19:15.000000Z',0);
INSERT INTO "payouts" VALUES(4,'{"amount":"40","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000003","number":4,"reason":"Invoice 1045","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"http://ccpayment.v1.invalid"}','af15ae07cb8d6bd1fb9929e8290e1be51b0dfdae8496b8deb87f3859a1051c39','p1v4k24b6lrvv5d64zfhucsdq34unq','U0RITA00001','USDT','40','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1045','Rita',1,NULL,NULL,'rejected',2,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,1,40000000,'2026-11-22T12:19:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'U0DANA00001','Dana','2026-11-22T12:19:15.000000Z','Already paid.',NULL,0);
INSERT INTO "payouts" VALUES(5,'{"amount":"60","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000004","number":5,"reason":"Invoice 1046","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"http://ccpayment.v1.invalid"}','b64de783bd399a4b1d33e2d7ec025a9e6eb08403de24ce4012be839cd6e18232','p1wzg6pa55hgnewhjt4ll6yas2tzxl','U0RITA00001','USDT','60','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1046','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:15.000000Z','2026-11-23T12:20:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,60000000,'2026-11-22T12:20:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:15.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:30.000000Z',0);
INSERT INTO "payouts" VALUES(6,'{"amount":"70","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000005","number":6,"reason":"Invoice 1047","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"http://ccpayment.v1.invalid"}','0c4db787ca0e001b001f07a00f3d6b7e88de896b0c3de28ca5f75b3887ec78a2','p1brg3pb6kbyabwaa7a6qa6pllp2en','U0RITA00001','USDT','70','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1047','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:20.000000Z','2026-11-23T12:20:20.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,70000000,'2026-11-22T12:20:20.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:20.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:25.000000Z',0);
CREATE TABLE policies (
    hash TEXT PRIMARY KEY,
    text TEXT NOT NULL
) STRICT;
INSERT INTO "policies" VALUES('58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c','# PAYOUTS_APPROVERS and PAYOUTS_EXPIRY, as a policy file would say it
[groups]
approvers = ["U0DANA00001", "U0ELI000001"]

[[tier]]
approvals = 1
of = ["approvers"]
expiry = "1440m"
');
INSERT INTO "policies" VALUES('f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','
[people]
rita = ["U0RITA00001"]
noa = ["U0NOA000001"]
dana = ["U0DANA00001", "U0DANA00002"]
eli = ["U0ELI000001"]
[groups]
finance = ["dana", "eli", "noa"]
cfo = ["dana"]
[[tier]]
up_to = 1000
approvals = 1
of = ["finance"]
[[tier]]
approvals = 2
of = ["finance"]
among = { cfo = 1 }
');
CREATE TABLE seen (
    team TEXT NOT NULL,
    trigger TEXT NOT NULL,             -- Slack's trigger id or view id
    payout INTEGER NOT NULL,           -- 0 where none came of it
    PRIMARY KEY (team, trigger)
) STRICT;
INSERT INTO "seen" VALUES('T0SANDBOX01','139931966622736.1',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931966622736.2',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.1',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.2',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.3',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.4',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.5',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.6',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.7',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.8',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.9',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.10',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.11',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.12',6);
INSERT INTO "seen" VALUES('T0SANDBOX01','139931956910928.13',6);
CREATE INDEX payouts_due ON payouts (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX payouts_asked ON payouts (requester, normal);
CREATE INDEX payouts_in_flight ON payouts (state)
    WHERE state IN ('requested', 'approved', 'sending');
CREATE INDEX payouts_left ON payouts (sent_at) WHERE state IN ('sent', 'settled');
CREATE INDEX payouts_to ON payouts (normal, state, route, closed_at);
CREATE INDEX payouts_paid ON payouts (normal, closed_at) WHERE state = 'settled';
CREATE INDEX payouts_ending ON payouts (substr(normal, length(normal) - 3), normal)
    WHERE state = 'settled';
CREATE INDEX payouts_same ON payouts (normal, symbol, amount, requested_at)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');
CREATE INDEX payouts_reason ON payouts (reason, requested_at)
    WHERE state NOT IN ('rejected', 'cancelled', 'expired');
CREATE UNIQUE INDEX payouts_invoice ON payouts (payment_hash)
    WHERE payment_hash IS NOT NULL AND state NOT IN ('rejected', 'cancelled', 'expired');
CREATE INDEX cards_due ON cards (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX audit_about ON audit (subject, id, number);
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit
WHEN EXISTS (SELECT 1 FROM audit WHERE number = NEW.number OR hash = NEW.hash)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is append-only');
END;
COMMIT;

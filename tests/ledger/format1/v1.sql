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
INSERT INTO "attempts" VALUES(1,1,1795348800,'{"merchant_order_id":"p1323ckmzrkzgt3qn6avzxad7azqra","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","value":"250","memo":"","merchant_pays_fee":false}','sent','','','',0,'2026-11-22T12:00:00.000000Z');
INSERT INTO "attempts" VALUES(2,1,1795348815,'{"merchant_order_id":"p1ev5jclrlzh2hpg3g5eeq3hlgt67p","address":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","token_id":"81b9ae0f-8cfa-5544-b99c-7864d49df02b","value":"25","memo":"","merchant_pays_fee":false}','doubted','','the connection broke','',0,'2026-11-22T12:00:15.000000Z');
INSERT INTO "attempts" VALUES(5,1,1795350015,'{"merchant_order_id":"p1snfk562bjyjga4wa735f4xyq7ih6","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","value":"60","memo":"","merchant_pays_fee":false}','unsent','','could not connect: [Errno 111] Connection refused','',0,'2026-11-22T12:20:15.000000Z');
INSERT INTO "attempts" VALUES(6,1,1795350020,'{"merchant_order_id":"p1qifksog3vt5sitfj7v53v4niyiux","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","value":"70","memo":"","merchant_pays_fee":false}','doubted','','the connection broke','',0,'2026-11-22T12:20:20.000000Z');
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "audit" VALUES(1,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"api":"v1","app_id":"20230101000000000000000000000001","team":"T0SANDBOX01","url":"https://ccpayment.v1.invalid"},"id":0,"kind":"opened","number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","subject":"ledger","via":"serve"}','4fb390a5f6ccd2a4a607dcb345854b872377ed07f90658d104c933d18e027c67');
INSERT INTO "audit" VALUES(2,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"changed":"Every member may ask for payouts.","hash":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","text":"# PAYOUTS_APPROVERS and PAYOUTS_EXPIRY, as a policy file would say it\n[groups]\napprovers = [\"U0DANA00001\", \"U0ELI000001\"]\n\n[[tier]]\napprovals = 1\nof = [\"approvers\"]\nexpiry = \"1440m\"\n"},"id":0,"kind":"policy","number":2,"previous":"4fb390a5f6ccd2a4a607dcb345854b872377ed07f90658d104c933d18e027c67","subject":"ledger","via":"serve"}','11e52777a9ef603952058b4ed8e02c1f7c7b4ca6e0b2bf062dc7adb484938103');
INSERT INTO "audit" VALUES(3,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"250\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000001\",\"number\":1,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"https://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:00.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"tier":"any value","value":250000000},"id":1,"kind":"requested","number":3,"previous":"11e52777a9ef603952058b4ed8e02c1f7c7b4ca6e0b2bf062dc7adb484938103","subject":"payout","via":"request"}','e78de5197d41f697bb347aa3c86277b1a5ec0fe638f015c0489b6a242ae2c096');
INSERT INTO "audit" VALUES(4,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"deb6253331564d3dc1be0573700fe0cc22083e4fb671343b7aeb2802276a8094","expires_at":"2026-11-23T12:00:00.000000Z","held_until":null,"missing":0,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"reviewed":null,"tier":"any value","value":250000000,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"approved","number":4,"previous":"e78de5197d41f697bb347aa3c86277b1a5ec0fe638f015c0489b6a242ae2c096","subject":"payout","via":"approve"}','0076c649478c26733cccd1b12c44e534ac55cbcd35d08f2ab0fd4bf2cc7f55a9');
INSERT INTO "audit" VALUES(5,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1323ckmzrkzgt3qn6avzxad7azqra\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"value\":\"250\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","timestamp":1795348800,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"claimed","number":5,"previous":"0076c649478c26733cccd1b12c44e534ac55cbcd35d08f2ab0fd4bf2cc7f55a9","subject":"payout","via":"sender"}','62f5294d68703e3ce010fc70ae7c2847e50a3f2437fbf1ef2d7e8ed262038f24');
INSERT INTO "audit" VALUES(6,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"fee_coin":"USDT","network_fee":"1.5","order_id":"202611221200009742514861359412280"},"id":1,"kind":"sent","number":6,"previous":"62f5294d68703e3ce010fc70ae7c2847e50a3f2437fbf1ef2d7e8ed262038f24","subject":"payout","via":"sender"}','210a2f41ee876e9c4c591495f44d2e345c54e0b338d4ddb31405ba38f0558244');
INSERT INTO "audit" VALUES(7,'payout',1,'{"at":"2026-11-22T12:00:05.000000Z","by":null,"facts":{"fee_coin":"USDT","network_fee":"1.5","order_id":"202611221200009742514861359412280","progress":"settled","status":"Successful","txid":"50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195"},"id":1,"kind":"settled","number":7,"previous":"210a2f41ee876e9c4c591495f44d2e345c54e0b338d4ddb31405ba38f0558244","subject":"payout","via":"sender"}','63d7139fd9f9cd0bfad93ed81df7f3a0b6ac0c98573b123f17750136648a9f4c');
INSERT INTO "audit" VALUES(8,'ledger',0,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"changed":"","hash":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","text":"\n[people]\nrita = [\"U0RITA00001\"]\nnoa = [\"U0NOA000001\"]\ndana = [\"U0DANA00001\", \"U0DANA00002\"]\neli = [\"U0ELI000001\"]\n[groups]\nfinance = [\"dana\", \"eli\", \"noa\"]\ncfo = [\"dana\"]\n[[tier]]\nup_to = 1000\napprovals = 1\nof = [\"finance\"]\n[[tier]]\napprovals = 2\nof = [\"finance\"]\namong = { cfo = 1 }\n"},"id":0,"kind":"policy changed","number":8,"previous":"63d7139fd9f9cd0bfad93ed81df7f3a0b6ac0c98573b123f17750136648a9f4c","subject":"ledger","via":"serve"}','a8ec329fae812b492fa2f6cf425947f13f736f78889eda1e47a0002a09e25ffd');
INSERT INTO "audit" VALUES(9,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"25\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"XRP\",\"contract\":\"\",\"destination\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000001\",\"number\":2,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"XRP\",\"team\":\"T0SANDBOX01\",\"token_id\":\"81b9ae0f-8cfa-5544-b99c-7864d49df02b\",\"url\":\"https://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:15.000000Z","normal":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":51037500},"id":2,"kind":"requested","number":9,"previous":"a8ec329fae812b492fa2f6cf425947f13f736f78889eda1e47a0002a09e25ffd","subject":"payout","via":"request"}','5830b3a0de3ca0f34d87913bd498742598f4b91a3ee27c5fcec2a103b34b616a');
INSERT INTO "audit" VALUES(10,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"257a912e2bc9f4779b66e9090d9d669fbef0c7a0f8c787feba12cdceb0036d97","expires_at":"2026-11-23T12:00:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":51037500,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"approved","number":10,"previous":"5830b3a0de3ca0f34d87913bd498742598f4b91a3ee27c5fcec2a103b34b616a","subject":"payout","via":"approve"}','4a7518798dccd726cf59793b7f8c7fc0477e055418cbfeb27472c444564d65a7');
INSERT INTO "audit" VALUES(11,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1ev5jclrlzh2hpg3g5eeq3hlgt67p\",\"address\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"token_id\":\"81b9ae0f-8cfa-5544-b99c-7864d49df02b\",\"value\":\"25\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795348815,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"claimed","number":11,"previous":"4a7518798dccd726cf59793b7f8c7fc0477e055418cbfeb27472c444564d65a7","subject":"payout","via":"sender"}','da09a9da7a0e5a5e7a0bed8e68d200ea54f8916b706c349aa89263be50f22ce4');
INSERT INTO "audit" VALUES(12,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":2,"kind":"doubted","number":12,"previous":"da09a9da7a0e5a5e7a0bed8e68d200ea54f8916b706c349aa89263be50f22ce4","subject":"payout","via":"sender"}','47ff72201768828926445b45139d709ac42e7e0b78349a2aaec8d7afddb619f9');
INSERT INTO "audit" VALUES(13,'payout',2,'{"at":"2026-11-22T12:01:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (no entry), but the request may still be taken"},"id":2,"kind":"looked up","number":13,"previous":"47ff72201768828926445b45139d709ac42e7e0b78349a2aaec8d7afddb619f9","subject":"payout","via":"sender"}','81b93959fbd1b7e975edbbe0439213558a3666db45cd1b334a5cdb1b022a723d');
INSERT INTO "audit" VALUES(14,'payout',2,'{"at":"2026-11-22T12:02:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (no entry), but the request may still be taken"},"id":2,"kind":"looked up","number":14,"previous":"81b93959fbd1b7e975edbbe0439213558a3666db45cd1b334a5cdb1b022a723d","subject":"payout","via":"sender"}','81e50d77f472cb2ec75ea0b1eb16369ecd4cea1394d1a753aaee927467cfbd24');
INSERT INTO "audit" VALUES(15,'payout',2,'{"at":"2026-11-22T12:03:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (no entry)"},"id":2,"kind":"looked up","number":15,"previous":"81e50d77f472cb2ec75ea0b1eb16369ecd4cea1394d1a753aaee927467cfbd24","subject":"payout","via":"sender"}','c0100cb50beb8a9fddda3def281726c5dd81e5c6788b0a78a325d3acec0ff697');
INSERT INTO "audit" VALUES(16,'payout',2,'{"at":"2026-11-22T12:04:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (no entry)"},"id":2,"kind":"absent","number":16,"previous":"c0100cb50beb8a9fddda3def281726c5dd81e5c6788b0a78a325d3acec0ff697","subject":"payout","via":"sender"}','ce4855820df1e31e45b5147c40f75a436d62cc3b6dbd4b4e1dc30428320388dd');
INSERT INTO "audit" VALUES(17,'payout',2,'{"at":"2026-11-22T12:14:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (no entry)"},"id":2,"kind":"looked up","number":17,"previous":"ce4855820df1e31e45b5147c40f75a436d62cc3b6dbd4b4e1dc30428320388dd","subject":"payout","via":"sender"}','ff47fbeda1f76429afa1b2f84531fee133f77e2f3e94232a3bf3e64df6024dea');
INSERT INTO "audit" VALUES(18,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"1500\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000002\",\"number\":3,\"reason\":\"Invoice 1044\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"https://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"tier":"above 1,000 USD","value":1500000000},"id":3,"kind":"requested","number":18,"previous":"ff47fbeda1f76429afa1b2f84531fee133f77e2f3e94232a3bf3e64df6024dea","subject":"payout","via":"request"}','06144aaa84ee3346b438572e810bb18262c21e10bb4b532ae79570e4a8c7ba57');
INSERT INTO "audit" VALUES(19,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"fd8c5ac16d804ca037004aa89be270270d3b8a9b8ccd3b5a6965a1fe6445f24e","missing":1,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"reviewed":null,"tier":"above 1,000 USD","value":1500000000,"verdict":"1 of 2 approvals (above 1,000 USD); needs 1 more of {U0ELI000001}, {U0NOA000001}"},"id":3,"kind":"agreed","number":19,"previous":"06144aaa84ee3346b438572e810bb18262c21e10bb4b532ae79570e4a8c7ba57","subject":"payout","via":"approve"}','5bb33da666053c20d3c84c0d56a0a59c8b7936aab49e92fb670eec60fe236aa4');
INSERT INTO "audit" VALUES(20,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"40\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000003\",\"number\":4,\"reason\":\"Invoice 1045\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"https://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":40000000},"id":4,"kind":"requested","number":20,"previous":"5bb33da666053c20d3c84c0d56a0a59c8b7936aab49e92fb670eec60fe236aa4","subject":"payout","via":"request"}','302267f19a956b0645eecc398859ca1847a9a7787b842efc519cc21a5e687f6a');
INSERT INTO "audit" VALUES(21,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"because":"Already paid.","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98"},"id":4,"kind":"rejected","number":21,"previous":"302267f19a956b0645eecc398859ca1847a9a7787b842efc519cc21a5e687f6a","subject":"payout","via":"reject"}','fcbc9cd7d3225c5c569fbab76bdff9f89d39198b1ecdb46642e0f72fe08c621f');
INSERT INTO "audit" VALUES(22,'ledger',0,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"Eli froze it"},"id":0,"kind":"frozen","number":22,"previous":"fcbc9cd7d3225c5c569fbab76bdff9f89d39198b1ecdb46642e0f72fe08c621f","subject":"ledger","via":"freeze"}','38055f9d39d5e8dead0f1ac28360d37fa96a537faa8d11827290cda18d96824e');
INSERT INTO "audit" VALUES(23,'ledger',0,'{"at":"2026-11-22T12:19:45.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{},"id":0,"kind":"unfreeze asked","number":23,"previous":"38055f9d39d5e8dead0f1ac28360d37fa96a537faa8d11827290cda18d96824e","subject":"ledger","via":"unfreeze"}','607084abe58a41e27d3a68a42d3d736f94e2f21aefd7475b1af4d3a47f812dc3');
INSERT INTO "audit" VALUES(24,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{},"id":0,"kind":"unfreeze asked","number":24,"previous":"607084abe58a41e27d3a68a42d3d736f94e2f21aefd7475b1af4d3a47f812dc3","subject":"ledger","via":"unfreeze"}','8213950c07448576601da589322fbec0b9ade4539d92dd32cedf3b2e552b78e1');
INSERT INTO "audit" VALUES(25,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"2 approvers agreed"},"id":0,"kind":"unfrozen","number":25,"previous":"8213950c07448576601da589322fbec0b9ade4539d92dd32cedf3b2e552b78e1","subject":"ledger","via":"unfreeze"}','4b75f960235121bb4ac5ac29c15478786cdeeace7c5236550878505da4b5a6b6');
INSERT INTO "audit" VALUES(26,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"60\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000004\",\"number\":5,\"reason\":\"Invoice 1046\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"https://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":60000000},"id":5,"kind":"requested","number":26,"previous":"4b75f960235121bb4ac5ac29c15478786cdeeace7c5236550878505da4b5a6b6","subject":"payout","via":"request"}','84ec92ce353e9e93dbeeb7c410b0761ad2a7e064432e9063d0516393b372b13c');
INSERT INTO "audit" VALUES(27,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"934aaefb414e126072c0fefa5e5f10fa0fea7ed79821a94f97c1720012984f86","expires_at":"2026-11-23T12:20:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":60000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"approved","number":27,"previous":"84ec92ce353e9e93dbeeb7c410b0761ad2a7e064432e9063d0516393b372b13c","subject":"payout","via":"approve"}','1396ac1b8c1f5be93879914136d4060df3abe24c3f4bd5f6f2cee39354084018');
INSERT INTO "audit" VALUES(28,'payout',3,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"balance":"24750","fee":"1.5","fee_coin":"USDT"},"id":3,"kind":"estimated","number":28,"previous":"1396ac1b8c1f5be93879914136d4060df3abe24c3f4bd5f6f2cee39354084018","subject":"payout","via":"clerk"}','68dbbe5a8628cfbe64d3caa871daa9c803b744feb2b309eb77477acf324dda26');
INSERT INTO "audit" VALUES(29,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1snfk562bjyjga4wa735f4xyq7ih6\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"value\":\"60\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350015,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"claimed","number":29,"previous":"68dbbe5a8628cfbe64d3caa871daa9c803b744feb2b309eb77477acf324dda26","subject":"payout","via":"sender"}','7257060af4bc1fdc22ad035d985a13d34803573ded70925341f9216610e19821');
INSERT INTO "audit" VALUES(30,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"message":"could not connect: [Errno 111] Connection refused"},"id":5,"kind":"unsent","number":30,"previous":"7257060af4bc1fdc22ad035d985a13d34803573ded70925341f9216610e19821","subject":"payout","via":"sender"}','b159401230724d134a7ed1460aa5fe5e504c979aeaf559c97eac4e74e6c93405');
INSERT INTO "audit" VALUES(31,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"70\",\"api\":\"v1\",\"app_id\":\"20230101000000000000000000000001\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000005\",\"number\":6,\"reason\":\"Invoice 1047\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"url\":\"https://ccpayment.v1.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:20.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"tier":"up to 1,000 USD","value":70000000},"id":6,"kind":"requested","number":31,"previous":"b159401230724d134a7ed1460aa5fe5e504c979aeaf559c97eac4e74e6c93405","subject":"payout","via":"request"}','0ac0ec0de1c93bef79bff8ffb71f061c87f1273dc3f68730778673bec830744c');
INSERT INTO "audit" VALUES(32,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"820aa938dbacfb244ca9fd7bbaf1a8c2297eeb892d5c0976c85e0ea5a0ef315a","expires_at":"2026-11-23T12:20:20.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":70000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"approved","number":32,"previous":"0ac0ec0de1c93bef79bff8ffb71f061c87f1273dc3f68730778673bec830744c","subject":"payout","via":"approve"}','bd84c877e826b59e653e6f6caa77aaae02811224e2ca3d817ef768bce26467ad');
INSERT INTO "audit" VALUES(33,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"body":"{\"merchant_order_id\":\"p1qifksog3vt5sitfj7v53v4niyiux\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"token_id\":\"e1d68aa1-91d1-537a-94ac-b1f99195b99c\",\"value\":\"70\",\"memo\":\"\",\"merchant_pays_fee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350020,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"claimed","number":33,"previous":"bd84c877e826b59e653e6f6caa77aaae02811224e2ca3d817ef768bce26467ad","subject":"payout","via":"sender"}','45e174061d15241674bafc0d12c5611feeca40a18e72d387aab25baf44fd9d4c');
INSERT INTO "audit" VALUES(34,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":6,"kind":"doubted","number":34,"previous":"45e174061d15241674bafc0d12c5611feeca40a18e72d387aab25baf44fd9d4c","subject":"payout","via":"sender"}','8b8703e21c2d645f69c70997cd0a56ad74017cea613429e7550bcde204b91031');
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
INSERT INTO "ledger" VALUES(1,1,7,'T0SANDBOX01','v1','20230101000000000000000000000001','https://ccpayment.v1.invalid',NULL,NULL,NULL,'f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98',NULL);
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
INSERT INTO "payouts" VALUES(1,'{"amount":"250","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000001","number":1,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"https://ccpayment.v1.invalid"}','deb6253331564d3dc1be0573700fe0cc22083e4fb671343b7aeb2802276a8094','p1323ckmzrkzgt3qn6avzxad7azqra','U0RITA00001','USDT','250','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1043','Rita',1,NULL,NULL,'settled',5,'2026-11-22T12:00:00.000000Z','2026-11-23T12:00:00.000000Z','58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c','any value',1,0,250000000,'2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:00.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'202611221200009742514861359412280','1.5','USDT','Successful','settled','2026-11-22T12:00:05.000000Z','50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195','2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,'2026-11-22T12:00:05.000000Z',NULL,NULL,0);
INSERT INTO "payouts" VALUES(2,'{"amount":"25","api":"v1","app_id":"20230101000000000000000000000001","chain":"XRP","contract":"","destination":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000001","number":2,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"XRP","team":"T0SANDBOX01","token_id":"81b9ae0f-8cfa-5544-b99c-7864d49df02b","url":"https://ccpayment.v1.invalid"}','257a912e2bc9f4779b66e9090d9d669fbef0c7a0f8c787feba12cdceb0036d97','p1ev5jclrlzh2hpg3g5eeq3hlgt67p','U0RITA00001','XRP','25','rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH','XRP','invoice 1043','Rita',1,NULL,NULL,'sending',9,'2026-11-22T12:00:15.000000Z','2026-11-23T12:00:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,51037500,'2026-11-22T12:00:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:15.000000Z',NULL,NULL,5,'2026-11-22T12:14:15.000000Z','CCPayment knows no such reference (no entry)','2026-11-22T12:03:15.000000Z','2026-11-22T12:04:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:24:15.000000Z',0);
INSERT INTO "payouts" VALUES(3,'{"amount":"1500","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000002","number":3,"reason":"Invoice 1044","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"https://ccpayment.v1.invalid"}','fd8c5ac16d804ca037004aa89be270270d3b8a9b8ccd3b5a6965a1fe6445f24e','p17wgfvqlnqbgkanyajkujxytqe4gt','U0RITA00001','USDT','1500','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1044','Rita',1,NULL,NULL,'requested',3,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','above 1,000 USD',2,1,1500000000,'2026-11-22T12:19:15.000000Z',NULL,'24750','1.5','USDT','2026-11-22T12:20:15.000000Z',NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23T12:19:15.000000Z',0);
INSERT INTO "payouts" VALUES(4,'{"amount":"40","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000003","number":4,"reason":"Invoice 1045","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"https://ccpayment.v1.invalid"}','3b4d0d3c3b9cd3f014261e88c680f2cf5266d1d4a7c4ec2efb978cfe45999fd0','p1hngq2pb3ttj7afbgd2emnahsz5jg','U0RITA00001','USDT','40','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1045','Rita',1,NULL,NULL,'rejected',2,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,1,40000000,'2026-11-22T12:19:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'U0DANA00001','Dana','2026-11-22T12:19:15.000000Z','Already paid.',NULL,0);
INSERT INTO "payouts" VALUES(5,'{"amount":"60","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000004","number":5,"reason":"Invoice 1046","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"https://ccpayment.v1.invalid"}','934aaefb414e126072c0fefa5e5f10fa0fea7ed79821a94f97c1720012984f86','p1snfk562bjyjga4wa735f4xyq7ih6','U0RITA00001','USDT','60','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1046','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:15.000000Z','2026-11-23T12:20:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,60000000,'2026-11-22T12:20:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:15.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:30.000000Z',0);
INSERT INTO "payouts" VALUES(6,'{"amount":"70","api":"v1","app_id":"20230101000000000000000000000001","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000005","number":6,"reason":"Invoice 1047","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"e1d68aa1-91d1-537a-94ac-b1f99195b99c","url":"https://ccpayment.v1.invalid"}','820aa938dbacfb244ca9fd7bbaf1a8c2297eeb892d5c0976c85e0ea5a0ef315a','p1qifksog3vt5sitfj7v53v4niyiux','U0RITA00001','USDT','70','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1047','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:20.000000Z','2026-11-23T12:20:20.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,70000000,'2026-11-22T12:20:20.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:20.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:25.000000Z',0);
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
INSERT INTO "seen" VALUES('T0SANDBOX01','140670796321680.1',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670796321680.2',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.1',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.2',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.3',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.4',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.5',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.6',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.7',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.8',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.9',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.10',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.11',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.12',6);
INSERT INTO "seen" VALUES('T0SANDBOX01','140670786250064.13',6);
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

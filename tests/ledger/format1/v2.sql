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
INSERT INTO "attempts" VALUES(1,1,1795348800,'{"orderId":"p14bdojwhp7sflidmrgu7wja3bqwia","coinId":1280,"amount":"250","chain":"TRX","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","merchantPayNetworkFee":false}','sent','','','',0,'2026-11-22T12:00:00.000000Z');
INSERT INTO "attempts" VALUES(2,1,1795348815,'{"orderId":"p1fn6j4bj6uvbc4a37olcbtbqbs7wn","coinId":1005,"amount":"25","chain":"XRP","address":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","memo":"0012345","merchantPayNetworkFee":false}','doubted','','the connection broke','',0,'2026-11-22T12:00:15.000000Z');
INSERT INTO "attempts" VALUES(5,1,1795350015,'{"orderId":"p17x3m2oqm3xmtqkpq4vt2yy45w5sr","coinId":1280,"amount":"60","chain":"TRX","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","merchantPayNetworkFee":false}','unsent','','could not connect: [Errno 111] Connection refused','',0,'2026-11-22T12:20:15.000000Z');
INSERT INTO "attempts" VALUES(6,1,1795350020,'{"orderId":"p1iulqnzfq3xbdu4bso4xa4zna35eg","coinId":1280,"amount":"70","chain":"TRX","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","merchantPayNetworkFee":false}','doubted','','the connection broke','',0,'2026-11-22T12:20:20.000000Z');
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "audit" VALUES(1,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"api":"v2","app_id":"AbCdEfGh12345678","team":"T0SANDBOX01","url":"http://ccpayment.v2.invalid"},"id":0,"kind":"opened","number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","subject":"ledger","via":"serve"}','b239de85bf2ab77417ea3acef550f2c68dd59a3b5733842e85e223d95db7c30a');
INSERT INTO "audit" VALUES(2,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"changed":"Every member may ask for payouts.","hash":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","text":"# PAYOUTS_APPROVERS and PAYOUTS_EXPIRY, as a policy file would say it\n[groups]\napprovers = [\"U0DANA00001\", \"U0ELI000001\"]\n\n[[tier]]\napprovals = 1\nof = [\"approvers\"]\nexpiry = \"1440m\"\n"},"id":0,"kind":"policy","number":2,"previous":"b239de85bf2ab77417ea3acef550f2c68dd59a3b5733842e85e223d95db7c30a","subject":"ledger","via":"serve"}','f075c544f190346e935d207d1f51e5d6196e6bef6cf5fd86b12e764395087137');
INSERT INTO "audit" VALUES(3,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"250\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000001\",\"number\":1,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"http://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:00.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"tier":"any value","value":250000000},"id":1,"kind":"requested","number":3,"previous":"f075c544f190346e935d207d1f51e5d6196e6bef6cf5fd86b12e764395087137","subject":"payout","via":"request"}','b8b1aaff8b9bb54c8dbdca4bd9aede2f588381cc6dc36314b25af1bbf6d6f917');
INSERT INTO "audit" VALUES(4,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"e046e4d8effc8ab40d91353f648361859004bcdf83799bd9628f72505de68d26","expires_at":"2026-11-23T12:00:00.000000Z","held_until":null,"missing":0,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"reviewed":null,"tier":"any value","value":250000000,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"approved","number":4,"previous":"b8b1aaff8b9bb54c8dbdca4bd9aede2f588381cc6dc36314b25af1bbf6d6f917","subject":"payout","via":"approve"}','8cb91fda8212064c8a087bddb8ba453cb71a7ef965463108b114793c047945c6');
INSERT INTO "audit" VALUES(5,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p14bdojwhp7sflidmrgu7wja3bqwia\",\"coinId\":1280,\"amount\":\"250\",\"chain\":\"TRX\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"merchantPayNetworkFee\":false}","policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","timestamp":1795348800,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"claimed","number":5,"previous":"8cb91fda8212064c8a087bddb8ba453cb71a7ef965463108b114793c047945c6","subject":"payout","via":"sender"}','c624f42d84ff5437a3301f9c27de4dad366ca7a1e2548fdcbfb20699524c600b');
INSERT INTO "audit" VALUES(6,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"fee_coin":null,"network_fee":null,"order_id":"202611221200009742514861359412280"},"id":1,"kind":"sent","number":6,"previous":"c624f42d84ff5437a3301f9c27de4dad366ca7a1e2548fdcbfb20699524c600b","subject":"payout","via":"sender"}','35934235fd6f2083e8730f62971c64e87df4fa355d6f80b695793b7c6445a499');
INSERT INTO "audit" VALUES(7,'payout',1,'{"at":"2026-11-22T12:00:05.000000Z","by":null,"facts":{"fee_coin":"USDT","network_fee":"1.5","order_id":"202611221200009742514861359412280","progress":"settled","status":"Success","txid":"50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195"},"id":1,"kind":"settled","number":7,"previous":"35934235fd6f2083e8730f62971c64e87df4fa355d6f80b695793b7c6445a499","subject":"payout","via":"sender"}','37938a055076262765a1d491c29c1c4b90ef88787ddfd2e659809f2d1a2d32c4');
INSERT INTO "audit" VALUES(8,'ledger',0,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"changed":"","hash":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","text":"\n[people]\nrita = [\"U0RITA00001\"]\nnoa = [\"U0NOA000001\"]\ndana = [\"U0DANA00001\", \"U0DANA00002\"]\neli = [\"U0ELI000001\"]\n[groups]\nfinance = [\"dana\", \"eli\", \"noa\"]\ncfo = [\"dana\"]\n[[tier]]\nup_to = 1000\napprovals = 1\nof = [\"finance\"]\n[[tier]]\napprovals = 2\nof = [\"finance\"]\namong = { cfo = 1 }\n"},"id":0,"kind":"policy changed","number":8,"previous":"37938a055076262765a1d491c29c1c4b90ef88787ddfd2e659809f2d1a2d32c4","subject":"ledger","via":"serve"}','e942c9104cf44470e2750bfec50d2da6ad25772c36d1914be7c1aa75c9f3c05f');
INSERT INTO "audit" VALUES(9,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"25\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"XRP\",\"contract\":\"\",\"destination\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"0012345\",\"nonce\":\"00000000000000000000000000000001\",\"number\":2,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"XRP\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1005/XRP\",\"url\":\"http://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:15.000000Z","normal":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":51037500},"id":2,"kind":"requested","number":9,"previous":"e942c9104cf44470e2750bfec50d2da6ad25772c36d1914be7c1aa75c9f3c05f","subject":"payout","via":"request"}','81e6d82f1e44a1b1bd1ef19eaf16fd227f339191fc2186953217a6991da1213d');
INSERT INTO "audit" VALUES(10,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"2b7c9e053ea5422e037f72c419860197ecddcb0141998e217e79841683d331ad","expires_at":"2026-11-23T12:00:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":51037500,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"approved","number":10,"previous":"81e6d82f1e44a1b1bd1ef19eaf16fd227f339191fc2186953217a6991da1213d","subject":"payout","via":"approve"}','7833ecf41bbb319a2c949d2f6a44298b062c41254084823c3783232c00b989b3');
INSERT INTO "audit" VALUES(11,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p1fn6j4bj6uvbc4a37olcbtbqbs7wn\",\"coinId\":1005,\"amount\":\"25\",\"chain\":\"XRP\",\"address\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"memo\":\"0012345\",\"merchantPayNetworkFee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795348815,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"claimed","number":11,"previous":"7833ecf41bbb319a2c949d2f6a44298b062c41254084823c3783232c00b989b3","subject":"payout","via":"sender"}','4164ac3a720a0c58bfdbe7de377f4874ad501d716d55619a3c86e8fc97398905');
INSERT INTO "audit" VALUES(12,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":2,"kind":"doubted","number":12,"previous":"4164ac3a720a0c58bfdbe7de377f4874ad501d716d55619a3c86e8fc97398905","subject":"payout","via":"sender"}','87a9042f6afba5f5966743c7d3e1728a6c8a68d35e44fbacfd6cfa1170b2e30c');
INSERT INTO "audit" VALUES(13,'payout',2,'{"at":"2026-11-22T12:01:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (code 11003), but the request may still be taken"},"id":2,"kind":"looked up","number":13,"previous":"87a9042f6afba5f5966743c7d3e1728a6c8a68d35e44fbacfd6cfa1170b2e30c","subject":"payout","via":"sender"}','1868e9bf43c1d9d207436d178e00a705a7a00e43ce1c3ab4f1350363b4dad420');
INSERT INTO "audit" VALUES(14,'payout',2,'{"at":"2026-11-22T12:02:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (code 11003), but the request may still be taken"},"id":2,"kind":"looked up","number":14,"previous":"1868e9bf43c1d9d207436d178e00a705a7a00e43ce1c3ab4f1350363b4dad420","subject":"payout","via":"sender"}','2b8c4752057ee3cdb073afe977b87b3ba9c74b566851d40005af1c4e24c0c887');
INSERT INTO "audit" VALUES(15,'payout',2,'{"at":"2026-11-22T12:03:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (code 11003)"},"id":2,"kind":"looked up","number":15,"previous":"2b8c4752057ee3cdb073afe977b87b3ba9c74b566851d40005af1c4e24c0c887","subject":"payout","via":"sender"}','7fc001f8c1994aee65adc52ac1b210803a9884eef6d64a8b6d76c4a09a755e3e');
INSERT INTO "audit" VALUES(16,'payout',2,'{"at":"2026-11-22T12:04:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (code 11003)"},"id":2,"kind":"absent","number":16,"previous":"7fc001f8c1994aee65adc52ac1b210803a9884eef6d64a8b6d76c4a09a755e3e","subject":"payout","via":"sender"}','3c947e01af246eadf20d6a094fbf5170537eeefbe92012f467b8c41928661660');
INSERT INTO "audit" VALUES(17,'payout',2,'{"at":"2026-11-22T12:14:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (code 11003)"},"id":2,"kind":"looked up","number":17,"previous":"3c947e01af246eadf20d6a094fbf5170537eeefbe92012f467b8c41928661660","subject":"payout","via":"sender"}','1fcc52ff37642acf7f806960aa5f40c5abc690c9ac7984d94d8dbb11ea6466e4');
INSERT INTO "audit" VALUES(18,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"1500\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000002\",\"number\":3,\"reason\":\"Invoice 1044\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"http://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"tier":"above 1,000 USD","value":1500000000},"id":3,"kind":"requested","number":18,"previous":"1fcc52ff37642acf7f806960aa5f40c5abc690c9ac7984d94d8dbb11ea6466e4","subject":"payout","via":"request"}','f5a610470a0569819f292aae7716c0d86f77eca1434ff14c737e2b91e31395e1');
INSERT INTO "audit" VALUES(19,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"3696eb622a1e16098eab7a228bdd12be0cce398792e93fb660c02cccdfdbbb62","missing":1,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"reviewed":null,"tier":"above 1,000 USD","value":1500000000,"verdict":"1 of 2 approvals (above 1,000 USD); needs 1 more of {U0ELI000001}, {U0NOA000001}"},"id":3,"kind":"agreed","number":19,"previous":"f5a610470a0569819f292aae7716c0d86f77eca1434ff14c737e2b91e31395e1","subject":"payout","via":"approve"}','a000828ba0c8b1452d26db9346fa0ee092deb7491023c6896c8e6e5170ccaab7');
INSERT INTO "audit" VALUES(20,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"40\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000003\",\"number\":4,\"reason\":\"Invoice 1045\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"http://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":40000000},"id":4,"kind":"requested","number":20,"previous":"a000828ba0c8b1452d26db9346fa0ee092deb7491023c6896c8e6e5170ccaab7","subject":"payout","via":"request"}','e82b0e4b7986352f2b1f77fcab072a7298891214d85d809460a3340d659892b4');
INSERT INTO "audit" VALUES(21,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"because":"Already paid.","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98"},"id":4,"kind":"rejected","number":21,"previous":"e82b0e4b7986352f2b1f77fcab072a7298891214d85d809460a3340d659892b4","subject":"payout","via":"reject"}','6180f59908f2611c85e2204ec1317145dbf70701802375f41b2218ed70768fec');
INSERT INTO "audit" VALUES(22,'ledger',0,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"Eli froze it"},"id":0,"kind":"frozen","number":22,"previous":"6180f59908f2611c85e2204ec1317145dbf70701802375f41b2218ed70768fec","subject":"ledger","via":"freeze"}','a72b027c5a27ead5f29e9578366a1d2f6a4492fcbfa2a9552164acef60827080');
INSERT INTO "audit" VALUES(23,'ledger',0,'{"at":"2026-11-22T12:19:45.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{},"id":0,"kind":"unfreeze asked","number":23,"previous":"a72b027c5a27ead5f29e9578366a1d2f6a4492fcbfa2a9552164acef60827080","subject":"ledger","via":"unfreeze"}','f5193dba8a6843cd685963e63e506bbb43ee637035e1c6819d8cbbfd8bf47ff8');
INSERT INTO "audit" VALUES(24,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{},"id":0,"kind":"unfreeze asked","number":24,"previous":"f5193dba8a6843cd685963e63e506bbb43ee637035e1c6819d8cbbfd8bf47ff8","subject":"ledger","via":"unfreeze"}','5b9d7c185e15fbf6767aa4767ecf304349e1b41d45c0fe7b3112f173f0b8afaf');
INSERT INTO "audit" VALUES(25,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"2 approvers agreed"},"id":0,"kind":"unfrozen","number":25,"previous":"5b9d7c185e15fbf6767aa4767ecf304349e1b41d45c0fe7b3112f173f0b8afaf","subject":"ledger","via":"unfreeze"}','e793c874ba7f4f5a7325f106886d7a48a36de8059a969a783a49a16dd0fdbd5f');
INSERT INTO "audit" VALUES(26,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"60\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000004\",\"number\":5,\"reason\":\"Invoice 1046\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"http://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":60000000},"id":5,"kind":"requested","number":26,"previous":"e793c874ba7f4f5a7325f106886d7a48a36de8059a969a783a49a16dd0fdbd5f","subject":"payout","via":"request"}','5a817ead27db54308539afb5340039709bf6a3488448105beed646e8086450e5');
INSERT INTO "audit" VALUES(27,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"fdf6cd3a0cddd93829f0e567ac639db7651517aa30bfa896bf238a63eda3ba42","expires_at":"2026-11-23T12:20:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":60000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"approved","number":27,"previous":"5a817ead27db54308539afb5340039709bf6a3488448105beed646e8086450e5","subject":"payout","via":"approve"}','19ab11a825b5cd68c32f7382a371a284662553bde7364647564262bf419eddf1');
INSERT INTO "audit" VALUES(28,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p17x3m2oqm3xmtqkpq4vt2yy45w5sr\",\"coinId\":1280,\"amount\":\"60\",\"chain\":\"TRX\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"merchantPayNetworkFee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350015,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"claimed","number":28,"previous":"19ab11a825b5cd68c32f7382a371a284662553bde7364647564262bf419eddf1","subject":"payout","via":"sender"}','89cbce9b0258f98bc5c151a520c797c2a246368fe822f5111e4fb21c97244d0a');
INSERT INTO "audit" VALUES(29,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"message":"could not connect: [Errno 111] Connection refused"},"id":5,"kind":"unsent","number":29,"previous":"89cbce9b0258f98bc5c151a520c797c2a246368fe822f5111e4fb21c97244d0a","subject":"payout","via":"sender"}','ee04639c5d996c74c819f2b0624a7a97ec541997af92f71d5bdf36042334ddda');
INSERT INTO "audit" VALUES(30,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"70\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000005\",\"number\":6,\"reason\":\"Invoice 1047\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"http://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:20.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"tier":"up to 1,000 USD","value":70000000},"id":6,"kind":"requested","number":30,"previous":"ee04639c5d996c74c819f2b0624a7a97ec541997af92f71d5bdf36042334ddda","subject":"payout","via":"request"}','e3ae24df0924d3fe171f6a7e932dd3034fdc198438e4200aebed38d72210b3e8');
INSERT INTO "audit" VALUES(31,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"451706e4b0ddc23a7032772e0e65a0df48656547a45bec0021ad25d65391014a","expires_at":"2026-11-23T12:20:20.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":70000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"approved","number":31,"previous":"e3ae24df0924d3fe171f6a7e932dd3034fdc198438e4200aebed38d72210b3e8","subject":"payout","via":"approve"}','e7f9cd5509f98762691f55519698f221d6ef4053d2effdd6d795148fdad86d16');
INSERT INTO "audit" VALUES(32,'payout',3,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"balance":"24750","fee":"1.5","fee_coin":"USDT"},"id":3,"kind":"estimated","number":32,"previous":"e7f9cd5509f98762691f55519698f221d6ef4053d2effdd6d795148fdad86d16","subject":"payout","via":"clerk"}','83af73cd93ba46278bfbd6e2262600b781f10f285e3e9f2acdee7299078a6786');
INSERT INTO "audit" VALUES(33,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p1iulqnzfq3xbdu4bso4xa4zna35eg\",\"coinId\":1280,\"amount\":\"70\",\"chain\":\"TRX\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"merchantPayNetworkFee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350020,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"claimed","number":33,"previous":"83af73cd93ba46278bfbd6e2262600b781f10f285e3e9f2acdee7299078a6786","subject":"payout","via":"sender"}','aa8f3873e923bd057dd0a9f699bcbd4a467a6ec05a8bbfcdc829d67f8dc540d1');
INSERT INTO "audit" VALUES(34,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":6,"kind":"doubted","number":34,"previous":"aa8f3873e923bd057dd0a9f699bcbd4a467a6ec05a8bbfcdc829d67f8dc540d1","subject":"payout","via":"sender"}','ea114ffa8a788bacbf9adb6b096cbe9cb48b4698030d86898cd96dad22130019');
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
INSERT INTO "cards" VALUES('payout',3,'channel',NULL,NULL,0,0,'2026-11-22T12:20:20.000000Z',0);
INSERT INTO "cards" VALUES('payout',3,'requester',NULL,NULL,0,0,'2026-11-22T12:20:20.000000Z',0);
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
INSERT INTO "ledger" VALUES(1,1,7,'T0SANDBOX01','v2','AbCdEfGh12345678','http://ccpayment.v2.invalid',NULL,NULL,NULL,'f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98',NULL);
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
INSERT INTO "payouts" VALUES(1,'{"amount":"250","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000001","number":1,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"http://ccpayment.v2.invalid"}','e046e4d8effc8ab40d91353f648361859004bcdf83799bd9628f72505de68d26','p14bdojwhp7sflidmrgu7wja3bqwia','U0RITA00001','USDT','250','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1043','Rita',1,NULL,NULL,'settled',5,'2026-11-22T12:00:00.000000Z','2026-11-23T12:00:00.000000Z','58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c','any value',1,0,250000000,'2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:00.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'202611221200009742514861359412280','1.5','USDT','Success','settled','2026-11-22T12:00:05.000000Z','50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195','2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,'2026-11-22T12:00:05.000000Z',NULL,NULL,0);
INSERT INTO "payouts" VALUES(2,'{"amount":"25","api":"v2","app_id":"AbCdEfGh12345678","chain":"XRP","contract":"","destination":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","fee_payer":"payee","format":1,"kind":"chain","memo":"0012345","nonce":"00000000000000000000000000000001","number":2,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"XRP","team":"T0SANDBOX01","token_id":"1005/XRP","url":"http://ccpayment.v2.invalid"}','2b7c9e053ea5422e037f72c419860197ecddcb0141998e217e79841683d331ad','p1fn6j4bj6uvbc4a37olcbtbqbs7wn','U0RITA00001','XRP','25','rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH','XRP 12345','invoice 1043','Rita',1,NULL,NULL,'sending',9,'2026-11-22T12:00:15.000000Z','2026-11-23T12:00:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,51037500,'2026-11-22T12:00:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:15.000000Z',NULL,NULL,5,'2026-11-22T12:14:15.000000Z','CCPayment knows no such reference (code 11003)','2026-11-22T12:03:15.000000Z','2026-11-22T12:04:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:24:15.000000Z',0);
INSERT INTO "payouts" VALUES(3,'{"amount":"1500","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000002","number":3,"reason":"Invoice 1044","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"http://ccpayment.v2.invalid"}','3696eb622a1e16098eab7a228bdd12be0cce398792e93fb660c02cccdfdbbb62','p1g2lowyrkdylatdvlpirixxisxygm','U0RITA00001','USDT','1500','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1044','Rita',1,NULL,NULL,'requested',3,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','above 1,000 USD',2,1,1500000000,'2026-11-22T12:19:15.000000Z',NULL,'24750','1.5','USDT','2026-11-22T12:20:20.000000Z',NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23T12:19:15.000000Z',0);
INSERT INTO "payouts" VALUES(4,'{"amount":"40","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000003","number":4,"reason":"Invoice 1045","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"http://ccpayment.v2.invalid"}','6cb75c8353f23b3a7e40c057792b84b7a00d446ef5df10a9d4d14e7da9b45a7a','p1ns3vza2t6i5tu7sayblxsk4ew6qa','U0RITA00001','USDT','40','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1045','Rita',1,NULL,NULL,'rejected',2,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,1,40000000,'2026-11-22T12:19:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'U0DANA00001','Dana','2026-11-22T12:19:15.000000Z','Already paid.',NULL,0);
INSERT INTO "payouts" VALUES(5,'{"amount":"60","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000004","number":5,"reason":"Invoice 1046","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"http://ccpayment.v2.invalid"}','fdf6cd3a0cddd93829f0e567ac639db7651517aa30bfa896bf238a63eda3ba42','p17x3m2oqm3xmtqkpq4vt2yy45w5sr','U0RITA00001','USDT','60','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1046','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:15.000000Z','2026-11-23T12:20:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,60000000,'2026-11-22T12:20:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:15.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:30.000000Z',0);
INSERT INTO "payouts" VALUES(6,'{"amount":"70","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000005","number":6,"reason":"Invoice 1047","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"http://ccpayment.v2.invalid"}','451706e4b0ddc23a7032772e0e65a0df48656547a45bec0021ad25d65391014a','p1iulqnzfq3xbdu4bso4xa4zna35eg','U0RITA00001','USDT','70','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1047','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:20.000000Z','2026-11-23T12:20:20.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,70000000,'2026-11-22T12:20:20.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:20.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:25.000000Z',0);
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
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260087504.1',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260087504.2',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.1',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.2',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.3',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.4',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.5',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.6',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.7',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.8',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.9',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.10',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.11',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.12',6);
INSERT INTO "seen" VALUES('T0SANDBOX01','140478260048720.13',6);
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

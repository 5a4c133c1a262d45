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
INSERT INTO "attempts" VALUES(1,1,1795348800,'{"orderId":"p1c24ul3h4llnf6v6vgfflnuw3qiji","coinId":1280,"amount":"250","chain":"TRX","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","merchantPayNetworkFee":false}','sent','','','',0,'2026-11-22T12:00:00.000000Z');
INSERT INTO "attempts" VALUES(2,1,1795348815,'{"orderId":"p1royktpqdt4gpx7pe7hogqcnpncaw","coinId":1005,"amount":"25","chain":"XRP","address":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","memo":"0012345","merchantPayNetworkFee":false}','doubted','','the connection broke','',0,'2026-11-22T12:00:15.000000Z');
INSERT INTO "attempts" VALUES(5,1,1795350015,'{"orderId":"p1bye54phjuwmku35ge5yjcay7a6ef","coinId":1280,"amount":"60","chain":"TRX","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","merchantPayNetworkFee":false}','unsent','','could not connect: [Errno 111] Connection refused','',0,'2026-11-22T12:20:15.000000Z');
INSERT INTO "attempts" VALUES(6,1,1795350020,'{"orderId":"p1syinirwsxufwx3jraszw6pmyqzjz","coinId":1280,"amount":"70","chain":"TRX","address":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","merchantPayNetworkFee":false}','doubted','','the connection broke','',0,'2026-11-22T12:20:20.000000Z');
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    subject TEXT NOT NULL,
    id INTEGER NOT NULL,
    line TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
) STRICT;
INSERT INTO "audit" VALUES(1,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"api":"v2","app_id":"AbCdEfGh12345678","team":"T0SANDBOX01","url":"https://ccpayment.v2.invalid"},"id":0,"kind":"opened","number":1,"previous":"0000000000000000000000000000000000000000000000000000000000000000","subject":"ledger","via":"serve"}','4be3c8b5e399d4a6a0a3452c8cca7b32531050189bbab9cf3aa94a1d205d0ebf');
INSERT INTO "audit" VALUES(2,'ledger',0,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"changed":"Every member may ask for payouts.","hash":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","text":"# PAYOUTS_APPROVERS and PAYOUTS_EXPIRY, as a policy file would say it\n[groups]\napprovers = [\"U0DANA00001\", \"U0ELI000001\"]\n\n[[tier]]\napprovals = 1\nof = [\"approvers\"]\nexpiry = \"1440m\"\n"},"id":0,"kind":"policy","number":2,"previous":"4be3c8b5e399d4a6a0a3452c8cca7b32531050189bbab9cf3aa94a1d205d0ebf","subject":"ledger","via":"serve"}','1784195264e07bd6f0b34574289fcb6095b4c7279cd32f2313a03a9965e1a791');
INSERT INTO "audit" VALUES(3,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"250\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000001\",\"number\":1,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"https://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:00.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"tier":"any value","value":250000000},"id":1,"kind":"requested","number":3,"previous":"1784195264e07bd6f0b34574289fcb6095b4c7279cd32f2313a03a9965e1a791","subject":"payout","via":"request"}','c6d52650a2132e484c61e953235d057960b4bf62e854504380f46ae8b6896599');
INSERT INTO "audit" VALUES(4,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"16b945ecfc5ada5f57d5314ab6d2db8212896ab0605c765b7db12446ba84f225","expires_at":"2026-11-23T12:00:00.000000Z","held_until":null,"missing":0,"policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:00.000000Z","quorum":1,"reviewed":null,"tier":"any value","value":250000000,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"approved","number":4,"previous":"c6d52650a2132e484c61e953235d057960b4bf62e854504380f46ae8b6896599","subject":"payout","via":"approve"}','c978af0cd7af0b7fccbb46443a10673d680614bf3654e0ba20ea059424058040');
INSERT INTO "audit" VALUES(5,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p1c24ul3h4llnf6v6vgfflnuw3qiji\",\"coinId\":1280,\"amount\":\"250\",\"chain\":\"TRX\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"merchantPayNetworkFee\":false}","policy":"58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c","timestamp":1795348800,"verdict":"1 of 1 approvals (any value)"},"id":1,"kind":"claimed","number":5,"previous":"c978af0cd7af0b7fccbb46443a10673d680614bf3654e0ba20ea059424058040","subject":"payout","via":"sender"}','ef4dd65b6087eddf9089f5032b596776ea379bdce69818627d790bb678dc1547');
INSERT INTO "audit" VALUES(6,'payout',1,'{"at":"2026-11-22T12:00:00.000000Z","by":null,"facts":{"attempt":1,"fee_coin":null,"network_fee":null,"order_id":"202611221200009742514861359412280"},"id":1,"kind":"sent","number":6,"previous":"ef4dd65b6087eddf9089f5032b596776ea379bdce69818627d790bb678dc1547","subject":"payout","via":"sender"}','ece5d0f89579e9b4254924d952c7f00fdd58a8bb4c36acca74512fca79797aa0');
INSERT INTO "audit" VALUES(7,'payout',1,'{"at":"2026-11-22T12:00:05.000000Z","by":null,"facts":{"fee_coin":"USDT","network_fee":"1.5","order_id":"202611221200009742514861359412280","progress":"settled","status":"Success","txid":"50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195"},"id":1,"kind":"settled","number":7,"previous":"ece5d0f89579e9b4254924d952c7f00fdd58a8bb4c36acca74512fca79797aa0","subject":"payout","via":"sender"}','a9500eeb6a356036bf5f721bda39ea814810683ab88ad79a5d04ee2b48bc781a');
INSERT INTO "audit" VALUES(8,'ledger',0,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"changed":"","hash":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","text":"\n[people]\nrita = [\"U0RITA00001\"]\nnoa = [\"U0NOA000001\"]\ndana = [\"U0DANA00001\", \"U0DANA00002\"]\neli = [\"U0ELI000001\"]\n[groups]\nfinance = [\"dana\", \"eli\", \"noa\"]\ncfo = [\"dana\"]\n[[tier]]\nup_to = 1000\napprovals = 1\nof = [\"finance\"]\n[[tier]]\napprovals = 2\nof = [\"finance\"]\namong = { cfo = 1 }\n"},"id":0,"kind":"policy changed","number":8,"previous":"a9500eeb6a356036bf5f721bda39ea814810683ab88ad79a5d04ee2b48bc781a","subject":"ledger","via":"serve"}','68379fae500c7aa5de5b12a8959133bdf810778d15763827e13a6b428169c919');
INSERT INTO "audit" VALUES(9,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"25\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"XRP\",\"contract\":\"\",\"destination\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"0012345\",\"nonce\":\"00000000000000000000000000000001\",\"number\":2,\"reason\":\"Invoice 1043\",\"requester\":\"U0RITA00001\",\"symbol\":\"XRP\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1005/XRP\",\"url\":\"https://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:00:15.000000Z","normal":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":51037500},"id":2,"kind":"requested","number":9,"previous":"68379fae500c7aa5de5b12a8959133bdf810778d15763827e13a6b428169c919","subject":"payout","via":"request"}','020bd11210db1bbf8346acac494ee524d0437d20c05bbe94e557d9da7164f4b3');
INSERT INTO "audit" VALUES(10,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"8bb0a9be039f0cfbfde4f9dc6809af688166b930cad0c8b3bf61c1459536821f","expires_at":"2026-11-23T12:00:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"2.0415","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:00:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":51037500,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"approved","number":10,"previous":"020bd11210db1bbf8346acac494ee524d0437d20c05bbe94e557d9da7164f4b3","subject":"payout","via":"approve"}','1ca837c59003be05c2fe483d5521f34d330d67c38c2d11e894679762e6524576');
INSERT INTO "audit" VALUES(11,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p1royktpqdt4gpx7pe7hogqcnpncaw\",\"coinId\":1005,\"amount\":\"25\",\"chain\":\"XRP\",\"address\":\"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH\",\"memo\":\"0012345\",\"merchantPayNetworkFee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795348815,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":2,"kind":"claimed","number":11,"previous":"1ca837c59003be05c2fe483d5521f34d330d67c38c2d11e894679762e6524576","subject":"payout","via":"sender"}','52c0a2f1efc3288b70da307b04f55071c18cc5e71cd4c78bfd856e2310e73fae');
INSERT INTO "audit" VALUES(12,'payout',2,'{"at":"2026-11-22T12:00:15.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":2,"kind":"doubted","number":12,"previous":"52c0a2f1efc3288b70da307b04f55071c18cc5e71cd4c78bfd856e2310e73fae","subject":"payout","via":"sender"}','a2d1859a2bb138c22581160cb1a82c4b70fbf024ff42023144b8f134279bb487');
INSERT INTO "audit" VALUES(13,'payout',2,'{"at":"2026-11-22T12:01:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (code 11003), but the request may still be taken"},"id":2,"kind":"looked up","number":13,"previous":"a2d1859a2bb138c22581160cb1a82c4b70fbf024ff42023144b8f134279bb487","subject":"payout","via":"sender"}','9b19cd8aa6b7029ba2323dc37842ebf82f6d409a66a04f376d7600472b966e93');
INSERT INTO "audit" VALUES(14,'payout',2,'{"at":"2026-11-22T12:02:15.000000Z","by":null,"facts":{"said":"CCPayment knows no such reference (code 11003), but the request may still be taken"},"id":2,"kind":"looked up","number":14,"previous":"9b19cd8aa6b7029ba2323dc37842ebf82f6d409a66a04f376d7600472b966e93","subject":"payout","via":"sender"}','28e04294fab08ee5bfed4c3f223c28854bfd61b8a9e41d3e7fbed28e740f2eb5');
INSERT INTO "audit" VALUES(15,'payout',2,'{"at":"2026-11-22T12:03:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (code 11003)"},"id":2,"kind":"looked up","number":15,"previous":"28e04294fab08ee5bfed4c3f223c28854bfd61b8a9e41d3e7fbed28e740f2eb5","subject":"payout","via":"sender"}','222794707acc18dec1fc1a644ef8e6d5752a5aa13a76aadbf2aadc0546fef441');
INSERT INTO "audit" VALUES(16,'payout',2,'{"at":"2026-11-22T12:04:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (code 11003)"},"id":2,"kind":"absent","number":16,"previous":"222794707acc18dec1fc1a644ef8e6d5752a5aa13a76aadbf2aadc0546fef441","subject":"payout","via":"sender"}','03775289d2329877df8978e6c5be5312d6d1eff18ddb4aa8720aa01b5f561fb7');
INSERT INTO "audit" VALUES(17,'payout',2,'{"at":"2026-11-22T12:14:15.000000Z","by":null,"facts":{"absent":1,"said":"CCPayment knows no such reference (code 11003)"},"id":2,"kind":"looked up","number":17,"previous":"03775289d2329877df8978e6c5be5312d6d1eff18ddb4aa8720aa01b5f561fb7","subject":"payout","via":"sender"}','a9232b5385c191775f2ce619e3cba1b1a271c25ec44a4be74ea217f8d2dd9b64');
INSERT INTO "audit" VALUES(18,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"1500\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000002\",\"number\":3,\"reason\":\"Invoice 1044\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"https://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"tier":"above 1,000 USD","value":1500000000},"id":3,"kind":"requested","number":18,"previous":"a9232b5385c191775f2ce619e3cba1b1a271c25ec44a4be74ea217f8d2dd9b64","subject":"payout","via":"request"}','cb19c2c3996d012c4f91951e05d716c98a7b02c3a68b1928793f4ba4a023bf8b');
INSERT INTO "audit" VALUES(19,'payout',3,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"353d495ef11bdfbc0eb6064a4003493d74ea05519d87ed3e1ad5f9340ba30ec4","missing":1,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":2,"reviewed":null,"tier":"above 1,000 USD","value":1500000000,"verdict":"1 of 2 approvals (above 1,000 USD); needs 1 more of {U0ELI000001}, {U0NOA000001}"},"id":3,"kind":"agreed","number":19,"previous":"cb19c2c3996d012c4f91951e05d716c98a7b02c3a68b1928793f4ba4a023bf8b","subject":"payout","via":"approve"}','ba2e0fa2832dc76c3045c78c6ab8b016ba6d2e9e080e32c85c99c9b360799c70');
INSERT INTO "audit" VALUES(20,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"40\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000003\",\"number\":4,\"reason\":\"Invoice 1045\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"https://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:19:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:19:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":40000000},"id":4,"kind":"requested","number":20,"previous":"ba2e0fa2832dc76c3045c78c6ab8b016ba6d2e9e080e32c85c99c9b360799c70","subject":"payout","via":"request"}','0e024f4fac4d47f2a4bb3801fa1507f6c63d94f70a2e691bc617584d83f5fd51');
INSERT INTO "audit" VALUES(21,'payout',4,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"because":"Already paid.","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98"},"id":4,"kind":"rejected","number":21,"previous":"0e024f4fac4d47f2a4bb3801fa1507f6c63d94f70a2e691bc617584d83f5fd51","subject":"payout","via":"reject"}','66583df1d2f4559a9f31dd2c73a67c52f6d8478efee4f6bb09416252d3b06a46');
INSERT INTO "audit" VALUES(22,'ledger',0,'{"at":"2026-11-22T12:19:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"Eli froze it"},"id":0,"kind":"frozen","number":22,"previous":"66583df1d2f4559a9f31dd2c73a67c52f6d8478efee4f6bb09416252d3b06a46","subject":"ledger","via":"freeze"}','b5b9f02e4c7ae7948cd2de8d6cb05b05ec3290dca0732994927973aa4794365a');
INSERT INTO "audit" VALUES(23,'ledger',0,'{"at":"2026-11-22T12:19:45.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{},"id":0,"kind":"unfreeze asked","number":23,"previous":"b5b9f02e4c7ae7948cd2de8d6cb05b05ec3290dca0732994927973aa4794365a","subject":"ledger","via":"unfreeze"}','919ee6786d3226943f8f3ea89407234476967a4ad21603984789bb9458e1783b');
INSERT INTO "audit" VALUES(24,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{},"id":0,"kind":"unfreeze asked","number":24,"previous":"919ee6786d3226943f8f3ea89407234476967a4ad21603984789bb9458e1783b","subject":"ledger","via":"unfreeze"}','02a5b97f5609984ffe2a0a7c5f155bced7b1f9a2f4dca6b07ec0a7d11175e47b');
INSERT INTO "audit" VALUES(25,'ledger',0,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0ELI000001","name":"Eli"},"facts":{"kind":"people","why":"2 approvers agreed"},"id":0,"kind":"unfrozen","number":25,"previous":"02a5b97f5609984ffe2a0a7c5f155bced7b1f9a2f4dca6b07ec0a7d11175e47b","subject":"ledger","via":"unfreeze"}','3175b5867b740eb955fc8eefefad5d93b6453204fbfc73138a3657a6e42e9a59');
INSERT INTO "audit" VALUES(26,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"60\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000004\",\"number\":5,\"reason\":\"Invoice 1046\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"https://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:15.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"tier":"up to 1,000 USD","value":60000000},"id":5,"kind":"requested","number":26,"previous":"3175b5867b740eb955fc8eefefad5d93b6453204fbfc73138a3657a6e42e9a59","subject":"payout","via":"request"}','59570fde51dbf0148109a6dbf5c0c706ac42b94a2906649cd748a99413fe1339');
INSERT INTO "audit" VALUES(27,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"0e09de3ce9a598aa6fa6277091031f078852654a50470100ceee4cef99402a4a","expires_at":"2026-11-23T12:20:15.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:15.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":60000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"approved","number":27,"previous":"59570fde51dbf0148109a6dbf5c0c706ac42b94a2906649cd748a99413fe1339","subject":"payout","via":"approve"}','5e6626f7e1f123f81f7c5284b66c0b9c1477dda8f057e2a560e9ee857d7dc548');
INSERT INTO "audit" VALUES(28,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p1bye54phjuwmku35ge5yjcay7a6ef\",\"coinId\":1280,\"amount\":\"60\",\"chain\":\"TRX\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"merchantPayNetworkFee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350015,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":5,"kind":"claimed","number":28,"previous":"5e6626f7e1f123f81f7c5284b66c0b9c1477dda8f057e2a560e9ee857d7dc548","subject":"payout","via":"sender"}','da2620fc00ca61501c5fd78b9dc80ad40e73d42ab8843147edde26080a24999e');
INSERT INTO "audit" VALUES(29,'payout',5,'{"at":"2026-11-22T12:20:15.000000Z","by":null,"facts":{"attempt":1,"message":"could not connect: [Errno 111] Connection refused"},"id":5,"kind":"unsent","number":29,"previous":"da2620fc00ca61501c5fd78b9dc80ad40e73d42ab8843147edde26080a24999e","subject":"payout","via":"sender"}','001cef87f96929c51b25251dfc070ef3464792382e703a0b388f177f9ebb7c34');
INSERT INTO "audit" VALUES(30,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0RITA00001","name":"Rita"},"facts":{"canonical":"{\"amount\":\"70\",\"api\":\"v2\",\"app_id\":\"AbCdEfGh12345678\",\"chain\":\"TRX\",\"contract\":\"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t\",\"destination\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"fee_payer\":\"payee\",\"format\":1,\"kind\":\"chain\",\"memo\":\"\",\"nonce\":\"00000000000000000000000000000005\",\"number\":6,\"reason\":\"Invoice 1047\",\"requester\":\"U0RITA00001\",\"symbol\":\"USDT\",\"team\":\"T0SANDBOX01\",\"token_id\":\"1280/TRX\",\"url\":\"https://ccpayment.v2.invalid\"}","checked":1,"cwallet_name":null,"expires_at":"2026-11-23T12:20:20.000000Z","normal":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","payable_until":null,"payment_hash":null,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"tier":"up to 1,000 USD","value":70000000},"id":6,"kind":"requested","number":30,"previous":"001cef87f96929c51b25251dfc070ef3464792382e703a0b388f177f9ebb7c34","subject":"payout","via":"request"}','2730632ae5626494072865e4057830d900d06a8d5eb7e7750b47a35c66f1794e');
INSERT INTO "audit" VALUES(31,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":{"id":"U0DANA00001","name":"Dana"},"facts":{"balance":"1000000","comment":null,"digest":"9610d446d2bd0b6bed3104b36f3d988653982e685f60bc82803698edb3a6b474","expires_at":"2026-11-23T12:20:20.000000Z","held_until":null,"missing":0,"policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","price":"1","price_source":"the gateway''s catalogue","priced_at":"2026-11-22T12:20:20.000000Z","quorum":1,"reviewed":null,"tier":"up to 1,000 USD","value":70000000,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"approved","number":31,"previous":"2730632ae5626494072865e4057830d900d06a8d5eb7e7750b47a35c66f1794e","subject":"payout","via":"approve"}','edc932c6c529f9536aa63444d750bcc562ce2149ad1cadc71fc4b2a177196610');
INSERT INTO "audit" VALUES(32,'payout',3,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"balance":"24750","fee":"1.5","fee_coin":"USDT"},"id":3,"kind":"estimated","number":32,"previous":"edc932c6c529f9536aa63444d750bcc562ce2149ad1cadc71fc4b2a177196610","subject":"payout","via":"clerk"}','832a06f2f1a6ff97ed9f26719ae518820090f12839d9c4c3e0d19df42a0984ff');
INSERT INTO "audit" VALUES(33,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"body":"{\"orderId\":\"p1syinirwsxufwx3jraszw6pmyqzjz\",\"coinId\":1280,\"amount\":\"70\",\"chain\":\"TRX\",\"address\":\"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8\",\"merchantPayNetworkFee\":false}","policy":"f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98","timestamp":1795350020,"verdict":"1 of 1 approvals (up to 1,000 USD)"},"id":6,"kind":"claimed","number":33,"previous":"832a06f2f1a6ff97ed9f26719ae518820090f12839d9c4c3e0d19df42a0984ff","subject":"payout","via":"sender"}','779fb56193a5207a65ed7042f508a5fe862f8ee335365694ea045a03846c0eb1');
INSERT INTO "audit" VALUES(34,'payout',6,'{"at":"2026-11-22T12:20:20.000000Z","by":null,"facts":{"attempt":1,"code":"","duplicate":0,"message":"the connection broke"},"id":6,"kind":"doubted","number":34,"previous":"779fb56193a5207a65ed7042f508a5fe862f8ee335365694ea045a03846c0eb1","subject":"payout","via":"sender"}','7904708b6ac1f9236ded91e3750f42f76dc23095fae82f065c6df8b15c8e5c7b');
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
INSERT INTO "ledger" VALUES(1,1,7,'T0SANDBOX01','v2','AbCdEfGh12345678','https://ccpayment.v2.invalid',NULL,NULL,NULL,'f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98',NULL);
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
INSERT INTO "payouts" VALUES(1,'{"amount":"250","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000001","number":1,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"https://ccpayment.v2.invalid"}','16b945ecfc5ada5f57d5314ab6d2db8212896ab0605c765b7db12446ba84f225','p1c24ul3h4llnf6v6vgfflnuw3qiji','U0RITA00001','USDT','250','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1043','Rita',1,NULL,NULL,'settled',5,'2026-11-22T12:00:00.000000Z','2026-11-23T12:00:00.000000Z','58a126c17d1ce1b664d96ed386203539c7894b1ba0b2d52d94bf5e8762a3c25c','any value',1,0,250000000,'2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:00.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'202611221200009742514861359412280','1.5','USDT','Success','settled','2026-11-22T12:00:05.000000Z','50a4a3a6d07f5c0c332f8b1224083fd22b902f8911e81818f8c99d5d5d983195','2026-11-22T12:00:00.000000Z',NULL,NULL,NULL,NULL,'2026-11-22T12:00:05.000000Z',NULL,NULL,0);
INSERT INTO "payouts" VALUES(2,'{"amount":"25","api":"v2","app_id":"AbCdEfGh12345678","chain":"XRP","contract":"","destination":"rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH","fee_payer":"payee","format":1,"kind":"chain","memo":"0012345","nonce":"00000000000000000000000000000001","number":2,"reason":"Invoice 1043","requester":"U0RITA00001","symbol":"XRP","team":"T0SANDBOX01","token_id":"1005/XRP","url":"https://ccpayment.v2.invalid"}','8bb0a9be039f0cfbfde4f9dc6809af688166b930cad0c8b3bf61c1459536821f','p1royktpqdt4gpx7pe7hogqcnpncaw','U0RITA00001','XRP','25','rN7n7otQDd6FczFgLdSqtcsAUxDkw6fzRH','XRP 12345','invoice 1043','Rita',1,NULL,NULL,'sending',9,'2026-11-22T12:00:15.000000Z','2026-11-23T12:00:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,51037500,'2026-11-22T12:00:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:00:15.000000Z',NULL,NULL,5,'2026-11-22T12:14:15.000000Z','CCPayment knows no such reference (code 11003)','2026-11-22T12:03:15.000000Z','2026-11-22T12:04:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:24:15.000000Z',0);
INSERT INTO "payouts" VALUES(3,'{"amount":"1500","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000002","number":3,"reason":"Invoice 1044","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"https://ccpayment.v2.invalid"}','353d495ef11bdfbc0eb6064a4003493d74ea05519d87ed3e1ad5f9340ba30ec4','p1gu6usxxrdpp3ydvwazfeaa2jhv2o','U0RITA00001','USDT','1500','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1044','Rita',1,NULL,NULL,'requested',3,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','above 1,000 USD',2,1,1500000000,'2026-11-22T12:19:15.000000Z',NULL,'24750','1.5','USDT','2026-11-22T12:20:20.000000Z',NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-23T12:19:15.000000Z',0);
INSERT INTO "payouts" VALUES(4,'{"amount":"40","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000003","number":4,"reason":"Invoice 1045","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"https://ccpayment.v2.invalid"}','eb0cfdecda6d2744fc93418717dfe81dcb01ebf2f4498bf2373d9c17966c7b80','p15mgp33g2nutuj7etigdrpx7idxfq','U0RITA00001','USDT','40','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1045','Rita',1,NULL,NULL,'rejected',2,'2026-11-22T12:19:15.000000Z','2026-11-23T12:19:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,1,40000000,'2026-11-22T12:19:15.000000Z',NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'U0DANA00001','Dana','2026-11-22T12:19:15.000000Z','Already paid.',NULL,0);
INSERT INTO "payouts" VALUES(5,'{"amount":"60","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000004","number":5,"reason":"Invoice 1046","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"https://ccpayment.v2.invalid"}','0e09de3ce9a598aa6fa6277091031f078852654a50470100ceee4cef99402a4a','p1bye54phjuwmku35ge5yjcay7a6ef','U0RITA00001','USDT','60','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1046','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:15.000000Z','2026-11-23T12:20:15.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,60000000,'2026-11-22T12:20:15.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:15.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:30.000000Z',0);
INSERT INTO "payouts" VALUES(6,'{"amount":"70","api":"v2","app_id":"AbCdEfGh12345678","chain":"TRX","contract":"TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t","destination":"TJRabPrwbZy45sbavfcjinPJC18kjpRTv8","fee_payer":"payee","format":1,"kind":"chain","memo":"","nonce":"00000000000000000000000000000005","number":6,"reason":"Invoice 1047","requester":"U0RITA00001","symbol":"USDT","team":"T0SANDBOX01","token_id":"1280/TRX","url":"https://ccpayment.v2.invalid"}','9610d446d2bd0b6bed3104b36f3d988653982e685f60bc82803698edb3a6b474','p1syinirwsxufwx3jraszw6pmyqzjz','U0RITA00001','USDT','70','TJRabPrwbZy45sbavfcjinPJC18kjpRTv8','TRX','invoice 1047','Rita',1,NULL,NULL,'sending',4,'2026-11-22T12:20:20.000000Z','2026-11-23T12:20:20.000000Z','f1b49db39350b19275847b88d37f47c2608cd358e01c06d36a4157b8784e3c98','up to 1,000 USD',1,0,70000000,'2026-11-22T12:20:20.000000Z',NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:20.000000Z',NULL,NULL,0,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,'2026-11-22T12:20:25.000000Z',0);
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
INSERT INTO "seen" VALUES('T0SANDBOX01','140485824865936.1',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485824865936.2',1);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.1',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.2',2);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.3',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.4',3);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.5',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.6',4);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.7',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.8',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.9',0);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.10',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.11',5);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.12',6);
INSERT INTO "seen" VALUES('T0SANDBOX01','140485814888016.13',6);
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

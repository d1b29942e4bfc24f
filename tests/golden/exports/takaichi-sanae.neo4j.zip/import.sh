neo4j-admin database import full --multiline-fields=true \
  --nodes=nodes-entities.csv --nodes=nodes-sources.csv --nodes=nodes-claims.csv \
  --nodes=nodes-disputes.csv \
  --relationships=relations-edges.csv --relationships=relations-claims.csv \
  --relationships=relations-passages.csv --overwrite-destination neo4j

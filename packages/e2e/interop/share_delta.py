"""Does to Delta tables what their other owners do, and prints, as JSON, what it then sees in each: {"rows": …, "total": …}.

Usage: share_delta.py delta-rs|spark TASKS
TASKS is a JSON list of {"table": …, "operations": [[name, argument…], …]}. All of one call share a process: Spark takes long to start.
"""
import json
import os
import sys

import pyarrow as pa
import pyarrow.compute


class DeltaRs:
    def __init__(self):
        from deltalake import DeltaTable, write_deltalake
        self.open, self.write = DeltaTable, write_deltalake

    def optimize(self, table):
        self.open(table).optimize.compact()

    def delete(self, table, where):
        self.open(table).delete(where)

    def update(self, table, where):
        self.open(table).update(updates={"amount": "amount + 1"}, predicate=where)

    def merge(self, table, where):
        rows = self.open(table).to_pyarrow_table().filter(pa.compute.field("id") == int(where.split()[-1]))
        source = rows.set_column(rows.column_names.index("amount"), "amount", pa.array([1000], pa.int64()))
        (self.open(table).merge(source, "s.id = t.id", source_alias="s", target_alias="t")
            .when_matched_update_all().when_not_matched_insert_all().execute())

    def append(self, table):
        rows = self.open(table).to_pyarrow_table().slice(0, 1)
        self.write(table, rows.set_column(rows.column_names.index("id"), "id", pa.array([9999], pa.int64())), mode="append")

    def overwrite(self, table):
        self.write(table, self.open(table).to_pyarrow_table(), mode="overwrite")

    def restore(self, table, version):
        self.open(table).restore(version)

    def checkpoint(self, table):
        self.open(table).create_checkpoint()

    def constrain(self, table, expression):
        self.open(table).alter.add_constraint({"positive": expression})

    def see(self, table):
        rows = self.open(table).to_pyarrow_table()
        return {"rows": rows.num_rows, "total": sum(rows["amount"].to_pylist())}


class Spark:
    def __init__(self):
        from delta import configure_spark_with_delta_pip
        from pyspark.sql import SparkSession
        settings = {
            "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1", "spark.ui.enabled": "false",
            "spark.driver.memory": "1g", "spark.sql.session.timeZone": "UTC",
            "spark.sql.shuffle.partitions": "1", "spark.databricks.delta.snapshotPartitions": "1",
        }
        builder = SparkSession.builder.master("local[1]").appName("interop")
        for name, value in settings.items():
            builder = builder.config(name, value)
        self.session = configure_spark_with_delta_pip(builder).getOrCreate()
        self.session.sparkContext.setLogLevel("OFF")

    def sql(self, statement):
        return self.session.sql(statement)

    def optimize(self, table):
        self.sql(f"OPTIMIZE delta.`{table}`")

    def delete(self, table, where):
        self.sql(f"DELETE FROM delta.`{table}` WHERE {where}")

    def update(self, table, where):
        self.sql(f"UPDATE delta.`{table}` SET amount = amount + 1 WHERE {where}")

    def merge(self, table, where):
        self.sql(f"MERGE INTO delta.`{table}` t USING (SELECT * FROM delta.`{table}` WHERE {where}) s ON s.id = t.id WHEN MATCHED THEN UPDATE SET amount = 1000")

    def append(self, table):
        self.sql(f"INSERT INTO delta.`{table}` SELECT 9999 AS id, * EXCEPT (id) FROM delta.`{table}` LIMIT 1")

    def overwrite(self, table):
        self.sql(f"INSERT OVERWRITE delta.`{table}` SELECT * FROM delta.`{table}`")

    def restore(self, table, version):
        self.sql(f"RESTORE TABLE delta.`{table}` TO VERSION AS OF {version}")

    def checkpoint(self, table):
        jvm = self.session.sparkContext._jvm
        jvm.org.apache.spark.sql.delta.DeltaLog.forTable(self.session._jsparkSession, table).checkpoint()

    def constrain(self, table, expression):
        self.sql(f"ALTER TABLE delta.`{table}` ADD CONSTRAINT positive CHECK ({expression})")

    def set(self, table, name, value):
        self.sql(f"ALTER TABLE delta.`{table}` SET TBLPROPERTIES ('{name}' = '{value}')")

    def clone(self, table, source):
        self.sql(f"CREATE TABLE delta.`{table}` SHALLOW CLONE delta.`{source}`")

    def extremes(self, table):
        self.sql(f"CREATE TABLE delta.`{table}` (id INT, amount BIGINT, d DATE, t TIMESTAMP, p STRING, pt TIMESTAMP) USING delta PARTITIONED BY (p, pt)")
        self.sql(f"""INSERT INTO delta.`{table}` VALUES
            (1, 1, DATE'9999-12-31', TIMESTAMP'9999-12-31 23:59:59.999999', '', TIMESTAMP'2020-01-01 10:00:00.5'),
            (2, 1, DATE'0001-01-01', TIMESTAMP'0001-01-01 00:00:00', 'a b/c=é%', TIMESTAMP'9999-12-31 00:00:00'),
            (3, 1, DATE'1500-02-28', TIMESTAMP'1500-01-01 00:00:00', NULL, NULL),
            (4, 1, DATE'-0044-03-15', TIMESTAMP'-0044-03-15 00:00:00', 'z', TIMESTAMP'1969-12-31 23:59:59')""")

    def see(self, table):
        row = self.sql(f"SELECT count(*) AS rows, sum(amount) AS total FROM delta.`{table}`").collect()[0]
        return {"rows": row["rows"], "total": row["total"]}


engine = {"delta-rs": DeltaRs, "spark": Spark}[sys.argv[1]]()
seen = []
for task in json.loads(sys.argv[2]):
    for name, *arguments in task["operations"]:
        getattr(engine, name)(task["table"], *arguments)
    seen.append(engine.see(task["table"]))
if isinstance(engine, Spark):
    engine.session.stop()
print(json.dumps(seen))
# The threads of delta-rs sometimes abort a process that takes the ordinary way out.
sys.stdout.flush()
os._exit(0)

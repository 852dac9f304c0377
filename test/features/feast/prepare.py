"""Makes a Feast repository in the working directory: three patients, one measured a month ago, one without s1."""

from datetime import datetime, timedelta, timezone

import pandas as pd
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Float64

NAMES = ["bmi", "bp", "s1"]
NOW = datetime.now(timezone.utc)
ROWS = pd.DataFrame(
    {
        "patient_id": [1, 2, 3],
        "measured_at": [NOW, NOW - timedelta(days=30), NOW],
        "bmi": [32.1, 21.6, 30.5],
        "bp": [101.0, 87.0, 93.0],
        "s1": [157.0, 183.0, None],
    }
)

ROWS.to_parquet("measured.parquet")
source = FileSource(name="measured", path="measured.parquet", timestamp_field="measured_at")
patient = Entity(name="patient", join_keys=["patient_id"], value_type=ValueType.INT64)
view = FeatureView(
    name="measurements",
    entities=[patient],
    ttl=timedelta(days=3650),
    source=source,
    schema=[Field(name=name, dtype=Float64) for name in NAMES],
)
store = FeatureStore(".")
store.apply([patient, view, FeatureService(name="diabetes", features=[view])])
store.write_to_online_store("measurements", ROWS)

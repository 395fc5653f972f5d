"""Makes the golden event file with TensorBoard's own protocol buffers and record writer.

Made with tensorboard 2.21.0, protobuf 7.36.2:
    python events.py
"""

import pathlib

from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.summary.writer.record_writer import RecordWriter

START = 1700000000.0
A_QUARTER = 0.25  # of a second between events: exact in binary


def summary(scalars):
    return summary_pb2.Summary(
        value=[summary_pb2.Summary.Value(tag=tag, simple_value=value) for tag, value in scalars])


EVENTS = [
    dict(file_version="brain.Event:2"),
    dict(summary=summary([("geometry/layer_00/anisotropy", 0.5), ("geometry/layer_01/anisotropy", -0.25)])),
    dict(step=1, summary=summary([("loss", 2.7182818284590452), ("learning_rate", 3e-5), ("zero", 0.0)])),
    dict(step=300, summary=summary([("sts/Größe \U0001f680/spearman", 0.1), ("x" * 200, 1e30)])),
    dict(step=2147483647, summary=summary([])),
    dict(step=129, session_log=event_pb2.SessionLog(status=event_pb2.SessionLog.START)),
]

with open(pathlib.Path(__file__).parent / "events.out.tfevents.1700000000.isoscope", "wb") as file:
    writer = RecordWriter(file)
    for i, fields in enumerate(EVENTS):
        event = event_pb2.Event(wall_time=START + i * A_QUARTER, **fields)
        writer.write(event.SerializeToString(deterministic=True))

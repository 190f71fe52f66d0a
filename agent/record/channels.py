"""Which message goes into which channel of the log, and the schema that travels with it."""

from __future__ import annotations

from google.protobuf.descriptor_pb2 import FileDescriptorProto, FileDescriptorSet
from google.protobuf.message import Message

from agent.wire.generated import analysis_pb2 as pb

# A channel's id is its place here, counted from 1: messages stay readable when the part of a file
# that names the channels is lost. Append only.
CHANNELS: dict[str, type[Message]] = {
    "/provenance": pb.Provenance,
    "/registry": pb.Registry,
    "/observation": pb.Observation,
    "/frame": pb.FrameResult,
    "/window": pb.WindowResult,
    "/event": pb.Event,
    "/status": pb.Status,
    "/network": pb.NetworkStats,
    "/summary": pb.Summary,
}
TOPIC_OF_ID = dict(enumerate(CHANNELS, start=1))
ID_OF_TOPIC = {topic: number for number, topic in TOPIC_OF_ID.items()}
ID_OF_TYPE = {message_type: number for number, message_type in enumerate(CHANNELS.values(), 1)}
TIMED = {kind for kind in CHANNELS.values() if "timing" in kind.DESCRIPTOR.fields_by_name}


def topic_of(message: Message) -> str:
    return TOPIC_OF_ID[ID_OF_TYPE[type(message)]]


def file_descriptor_set() -> bytes:
    file = FileDescriptorProto()
    pb.DESCRIPTOR.CopyToProto(file)
    return FileDescriptorSet(file=[file]).SerializeToString(deterministic=True)

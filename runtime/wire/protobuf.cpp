#include "runtime/wire/protobuf.h"

#include <algorithm>

#include "runtime/api/names.h"
#include "runtime/api/schema.h"
#include "runtime/wire/protobuf_message.h"
#include "runtime/wire/protobuf_wire.h"

namespace wavetank {
namespace {

constexpr std::string_view kMagic("k8s\0", 4);

bool Named(const Gvk& gvk, const GroupVersion& gv, std::string_view kind) {
  return gvk.kind.view() == kind && gvk.group.view() == gv.group && gvk.version.view() == gv.version;
}

Status WantBytes(const WireField& field) {
  return field.type == WireType::kBytes ? Status()
                                        : WireError(field.offset, "the envelope has a number where bytes belong");
}

Status ReadTypeMeta(const WireField& type_meta, ProtobufEnvelope& envelope) {
  for (WireReader in(type_meta.bytes, type_meta.offset); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number > 2) continue;
    WT_RETURN_IF_ERROR(WantBytes(field));
    (field.number == 1 ? envelope.api_version : envelope.kind) = field.bytes;
  }
  return {};
}

}  // namespace

bool IsProtobuf(std::string_view bytes) { return bytes.starts_with(kMagic); }

Result<ProtobufEnvelope> ParseProtobufEnvelope(std::string_view bytes) {
  if (!IsProtobuf(bytes)) return WireError(0, "the body does not begin with the protobuf magic of Kubernetes");
  ProtobufEnvelope envelope;
  for (WireReader in(bytes.substr(kMagic.size()), kMagic.size()); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number > 4) continue;
    WT_RETURN_IF_ERROR(WantBytes(field));
    switch (field.number) {
      case 1: WT_RETURN_IF_ERROR(ReadTypeMeta(field, envelope)); break;
      case 2:
        envelope.raw = field.bytes;
        envelope.raw_offset = field.offset;
        break;
      case 3: envelope.content_encoding = field.bytes; break;
      default: envelope.content_type = field.bytes;
    }
  }
  return envelope;
}

const TypeInfo* FindProtobufType(const KindRegistry& kinds, std::string_view api_version, std::string_view kind) {
  const ResourceInfo* resource = kinds.FindKind(api_version, kind);
  if (resource != nullptr && resource->type != nullptr && resource->owner == nullptr) return resource->type;
  if (resource != nullptr) return nullptr;  // a custom kind
  const GroupVersion gv = SplitApiVersion(api_version);
  for (const TypeInfo* type : kinds.Types()) {
    if (std::ranges::any_of(type->gvks, [&](const Gvk& gvk) { return Named(gvk, gv, kind); })) return type;
  }
  // Options of a call come under whatever group version the client likes; and the kinds of meta.k8s.io have no other home.
  if (kind != "DeleteOptions" && gv.group != "meta.k8s.io") return nullptr;
  return kinds.FindType("io.k8s.apimachinery.pkg.apis.meta.v1." + std::string(kind));
}

Result<ProtobufDocument> ParseProtobuf(const KindRegistry& kinds, std::string_view bytes, const TypeInfo* unnamed,
                                       const ProtobufLimits& limits) {
  return internal::ParseProtobuf(kinds, bytes, unnamed, limits, internal::RawJson::kParse);
}

Result<ProtobufDocument> internal::ParseProtobuf(const KindRegistry& kinds, std::string_view bytes,
                                                 const TypeInfo* unnamed, const ProtobufLimits& limits, RawJson raw) {
  if (bytes.size() > limits.max_bytes)
    return Status(Code::kTooLarge, "a body of " + std::to_string(bytes.size()) + " bytes");
  WT_ASSIGN(const ProtobufEnvelope envelope, ParseProtobufEnvelope(bytes));
  if (!envelope.content_encoding.empty()) {
    return Status(Code::kInvalidArgument, "the body's content encoding is not known");
  }
  const bool named = !envelope.kind.empty() || !envelope.api_version.empty();
  const TypeInfo* type = named ? FindProtobufType(kinds, envelope.api_version, envelope.kind) : unnamed;
  if (type == nullptr) {
    const std::string what = std::string(envelope.api_version) + ", Kind=" + std::string(envelope.kind);
    return Status(Code::kNotAcceptable, "no kind with a protobuf form is known as " + what);
  }
  WT_ASSIGN(Value value, ReadMessage(*type, envelope.raw, envelope.raw_offset, limits, raw));
  if (named) {
    value = WithFields(value, {{names::kApiVersion, envelope.api_version}, {names::kKind, envelope.kind}});
  }
  return ProtobufDocument{std::move(value), type};
}

Result<const TypeInfo*> internal::ProtobufTypeOf(const KindRegistry& kinds, const Value& document) {
  const std::string_view api_version = document[names::kApiVersion].AsString();
  const std::string_view kind = document[names::kKind].AsString();
  const TypeInfo* type = FindProtobufType(kinds, api_version, kind);
  if (type == nullptr || type->no_proto) {
    return Status(Code::kNotAcceptable,
                  std::string(api_version) + ", Kind=" + std::string(kind) + " has no protobuf form");
  }
  return type;
}

Result<std::string> WriteProtobuf(const KindRegistry& kinds, const Value& document) {
  WT_ASSIGN(const TypeInfo* const type, internal::ProtobufTypeOf(kinds, document));
  WT_ASSIGN(const Decoded decoded, Decode(*type, document));
  return internal::WriteProtobuf(*type, decoded.value);
}

Result<std::string> internal::WriteProtobuf(const TypeInfo& type, const Value& document) {
  std::string out(kMagic);
  {
    const NestedMessage type_meta(1, out);
    AppendBytes(1, document[names::kApiVersion].AsString(), out);
    AppendBytes(2, document[names::kKind].AsString(), out);
  }
  {
    const NestedMessage raw(2, out);
    WT_RETURN_IF_ERROR(AppendMessage(type, document, out));
  }
  AppendBytes(3, "", out);
  AppendBytes(4, "", out);
  return out;
}

void AppendWatchFrame(std::string_view type, std::string_view body, std::string& out) {
  const size_t start = out.size();
  out.append(4, '\0');
  AppendBytes(1, type, out);
  {
    const NestedMessage object(2, out);
    AppendBytes(1, body, out);
  }
  const size_t size = out.size() - start - 4;
  for (size_t i = 0; i < 4; ++i) out[start + i] = static_cast<char>(size >> (24 - 8 * i));
}

Result<std::optional<WatchFrame>> WatchFrameReader::Next() {
  const std::string_view rest = std::string_view(buffer_).substr(at_);
  const auto wait_for_more = [&]() -> Result<std::optional<WatchFrame>> {
    buffer_.erase(0, at_);
    at_ = 0;
    return std::optional<WatchFrame>();
  };
  if (rest.size() < 4) return wait_for_more();
  size_t size = 0;
  for (size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(rest[i]);
  if (size > max_frame_) return Status(Code::kTooLarge, "a watch frame of " + std::to_string(size) + " bytes");
  if (rest.size() - 4 < size) return wait_for_more();
  at_ += 4 + size;
  WatchFrame frame;
  for (WireReader in(rest.substr(4, size), 4); !in.done();) {
    WT_ASSIGN(const WireField field, in.Next());
    if (field.number > 2) continue;
    WT_RETURN_IF_ERROR(WantBytes(field));
    if (field.number == 1) {
      frame.type = field.bytes;
      continue;
    }
    for (WireReader raw(field.bytes, field.offset); !raw.done();) {
      WT_ASSIGN(const WireField inner, raw.Next());
      if (inner.number != 1) continue;
      WT_RETURN_IF_ERROR(WantBytes(inner));
      frame.body = inner.bytes;
    }
  }
  return std::optional<WatchFrame>(std::move(frame));
}

}  // namespace wavetank

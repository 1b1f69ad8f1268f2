#include "runtime/wire/codec.h"

#include <algorithm>
#include <tuple>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "runtime/api/typed_json.h"
#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/yaml.h"
#include "runtime/wire/go_json.h"
#include "runtime/wire/go_yaml.h"
#include "runtime/wire/protobuf.h"

namespace wavetank {
namespace {

constexpr size_t kMaxFrame = 64u << 20;

constexpr std::string_view kTypeMeta =
    "struct { APIVersion string \"json:\\\"apiVersion,omitempty\\\"\"; Kind string \"json:\\\"kind,omitempty\\\"\" }";

// What Go's decoder finds out first: apiVersion and kind. The text of its error, or "".
std::string TypeMetaError(const Value& body, bool custom, std::string_view text) {
  const std::string prefix = "couldn't get version/kind; json parse error: json: cannot unmarshal ";
  if (!body.is_object() && !body.is_null()) {
    return prefix + std::string(GoJsonType(body)) + " into Go value of type " + std::string(kTypeMeta);
  }
  for (const Name name : {names::kApiVersion, names::kKind}) {
    const Value& field = body[name];
    if (field.is_null() || field.is_string()) continue;
    return prefix + std::string(GoJsonType(field)) + " into Go struct field ." + std::string(name.view()) +
           " of type string";
  }
  const std::string_view version = body[names::kApiVersion].AsString();
  if (std::ranges::count(version, '/') > 1) return "unexpected GroupVersion string: " + std::string(version);
  if (custom && body[names::kKind].empty()) return "Object 'Kind' is missing in '" + std::string(text) + "'";
  return {};
}

Result<Value> Checked(Value body, const ExpectedBody& expected, std::string_view text, BodySource& source) {
  source.error = TypeMetaError(body, expected.type == nullptr, text);
  if (!source.error.empty()) return Status(Code::kInvalidArgument, source.error);
  return body;
}

// ---- JSON.

Status EncodeJson(const WireDocument& document, const KindRegistry&, bool pretty, std::string& out) {
  std::string text =
      document.type == nullptr ? WriteJson(document.value) : WriteTypedJson(*document.type, document.value);
  if (pretty) {
    out += IndentJson(text);
  } else {
    out += text;
    out += '\n';
  }
  return {};
}

Result<Value> DecodeJson(std::string_view bytes, const ExpectedBody& expected, const KindRegistry&,
                         BodySource& source) {
  source.text = bytes;
  Result<Value> body = ParseGoJson(bytes, &source.duplicates);
  if (!body.ok()) {
    source.error = "couldn't get version/kind; json parse error: " + body.status().message();
    return body.status();
  }
  return Checked(*std::move(body), expected, bytes, source);
}

void FrameJson(std::string_view event_type, std::string_view object, std::string& out) {
  while (object.ends_with('\n')) object.remove_suffix(1);
  out.append("{\"type\":\"").append(event_type).append("\",\"object\":").append(object).append("}\n");
}

Status UnframeJson(std::string& buffer, std::vector<std::pair<std::string, std::string>>& events) {
  size_t begin = 0;
  for (size_t end; (end = buffer.find('\n', begin)) != std::string::npos; begin = end + 1) {
    const std::string_view line = std::string_view(buffer).substr(begin, end - begin);
    if (line.find_first_not_of(" \r\t") == std::string_view::npos) continue;
    WT_ASSIGN(const Value event, ParseJson(line));
    events.emplace_back(event[names::kType].AsString(), WriteJson(event["object"]));
  }
  buffer.erase(0, begin);
  return {};
}

// ---- YAML.

Status EncodeYaml(const WireDocument& document, const KindRegistry&, bool, std::string& out) {
  out += GoYaml(document.value);
  return {};
}

// The first document counts (observed 020); nothing at all is null.
Result<Value> DecodeYaml(std::string_view bytes, const ExpectedBody& expected, const KindRegistry&,
                         BodySource& source) {
  source.text = bytes;
  source.is_json = false;
  Result<std::vector<Value>> documents = ParseYamlValues(bytes, {}, &source.duplicates);
  if (!documents.ok()) {
    source.error = "yaml: line " + documents.status().message();
    return documents.status();
  }
  Value body = documents->empty() ? Value() : std::move(documents->front());
  const std::string text = WriteJson(body);
  return Checked(std::move(body), expected, text, source);
}

void FrameYaml(std::string_view event_type, std::string_view object, std::string& out) {
  out.append("---\nobject:\n");
  for (std::string_view rest = object; !rest.empty();) {
    const std::string_view line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    out.append("  ").append(line).append("\n");
  }
  out.append("type: ").append(event_type).append("\n");
}

Status UnframeYaml(std::string&, std::vector<std::pair<std::string, std::string>>&) {
  return Status(Code::kInvalidArgument, "watches are read as JSON or protobuf, not as YAML");
}

// ---- Protobuf.

Status EncodeProtobuf(const WireDocument& document, const KindRegistry& kinds, bool, std::string& out) {
  Result<std::string> bytes = WriteProtobuf(kinds, document.value);
  if (!bytes.ok()) return NotAcceptableError(bytes.status().message());
  out += *bytes;
  return {};
}

Result<Value> DecodeProtobuf(std::string_view bytes, const ExpectedBody& expected, const KindRegistry& kinds,
                             BodySource& source) {
  source.text = bytes;
  source.is_json = false;
  Result<ProtobufDocument> body = ParseProtobuf(kinds, bytes, expected.type);
  if (body.ok()) return std::move(body->value);
  source.error = body.status().message();
  return body.status();
}

void FrameProtobuf(std::string_view event_type, std::string_view object, std::string& out) {
  AppendWatchFrame(event_type, object, out);
}

Status UnframeProtobuf(std::string& buffer, std::vector<std::pair<std::string, std::string>>& events) {
  WatchFrameReader reader(kMaxFrame);
  reader.Feed(buffer);
  size_t whole = 0;
  for (;;) {
    WT_ASSIGN(std::optional<WatchFrame> frame, reader.Next());
    if (!frame.has_value()) break;
    std::string again;
    AppendWatchFrame(frame->type, frame->body, again);
    whole += again.size();
    events.emplace_back(std::move(frame->type), std::move(frame->body));
  }
  buffer.erase(0, whole);
  return {};
}

constexpr Codec kCodecs[] = {
    {.media_type = "application/json",
     .stream_media_type = "application/json;stream=watch",
     .encode = EncodeJson,
     .decode = DecodeJson,
     .frame = FrameJson,
     .unframe = UnframeJson},
    {.media_type = "application/yaml",
     .stream_media_type = "",
     .encode = EncodeYaml,
     .decode = DecodeYaml,
     .frame = FrameYaml,
     .unframe = UnframeYaml},
    {.media_type = "application/vnd.kubernetes.protobuf",
     .stream_media_type = "application/vnd.kubernetes.protobuf;stream=watch",
     .custom_resources = false,
     .tables = false,
     .encode = EncodeProtobuf,
     .decode = DecodeProtobuf,
     .frame = FrameProtobuf,
     .unframe = UnframeProtobuf},
};

struct TypeRow {
  std::string version;  // "apps/v1"
  std::string kind;
  const TypeInfo* type;
};

// Types of documents that are no stored kinds: Status, options, Tables. Stored kinds are found through the registry.
const std::vector<TypeRow>& BuiltInTypes() {
  static const std::vector<TypeRow> rows = [] {
    std::vector<TypeRow> made;
    for (const TypeInfo* type : KindRegistry::BuiltIn().Types()) {
      for (const Gvk& gvk : type->gvks) made.push_back({gvk.api_version(), std::string(gvk.kind.view()), type});
    }
    std::ranges::sort(made, [](const TypeRow& a, const TypeRow& b) {
      return std::tie(a.version, a.kind, a.type->id) < std::tie(b.version, b.kind, b.type->id);
    });
    return made;
  }();
  return rows;
}

}  // namespace

std::span<const Codec> Codecs() { return kCodecs; }

const Codec* FindCodec(std::string_view media_type) {
  for (const Codec& codec : kCodecs) {
    if (codec.media_type == media_type) return &codec;
  }
  return nullptr;
}

const Codec& JsonCodec() { return kCodecs[0]; }

std::string CodecNames() {
  std::string names;
  for (const Codec& codec : kCodecs) names.append(names.empty() ? "" : ", ").append(codec.media_type);
  return names;
}

const TypeInfo* TypeOfDocument(const KindRegistry& kinds, std::string_view api_version, std::string_view kind) {
  if (const ResourceInfo* resource = kinds.FindKind(api_version, kind); resource != nullptr) return resource->type;
  const std::vector<TypeRow>& rows = BuiltInTypes();
  const auto found = std::ranges::lower_bound(rows, std::tie(api_version, kind), {}, [](const TypeRow& row) {
    return std::tuple<std::string_view, std::string_view>(row.version, row.kind);
  });
  if (found != rows.end() && found->version == api_version && found->kind == kind) return found->type;
  // Options of a call come under whatever group version the client likes; kinds of meta.k8s.io have no other home.
  if (kind != "DeleteOptions" && !api_version.starts_with("meta.k8s.io/")) return nullptr;
  return kinds.FindType("io.k8s.apimachinery.pkg.apis.meta.v1." + std::string(kind));
}

std::string IndentJson(std::string_view compact) {
  std::string out;
  out.reserve(compact.size() * 2);
  size_t depth = 0;
  bool text = false;
  const auto line = [&] { out.append("\n").append(2 * depth, ' '); };
  for (size_t i = 0; i < compact.size(); ++i) {
    const char c = compact[i];
    if (text) {
      out.push_back(c);
      if (c == '\\' && i + 1 < compact.size()) out.push_back(compact[++i]);
      text = c != '"';
      continue;
    }
    const bool opens = c == '{' || c == '[';
    if (opens && i + 1 < compact.size() && compact[i + 1] == (c == '{' ? '}' : ']')) {
      out.append(compact.substr(i++, 2));
    } else if (opens) {
      out.push_back(c);
      ++depth;
      line();
    } else if (c == '}' || c == ']') {
      if (depth > 0) --depth;
      line();
      out.push_back(c);
    } else if (c == ',') {
      out.push_back(c);
      line();
    } else if (c == ':') {
      out.append(": ");
    } else {
      out.push_back(c);
      text = c == '"';
    }
  }
  return out;
}

}  // namespace wavetank

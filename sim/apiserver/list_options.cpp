#include "sim/apiserver/list_options.h"

#include <vector>

#include "runtime/api/names.h"
#include "runtime/api/status_error.h"
#include "runtime/value/json.h"
#include "runtime/wire/go_json.h"

namespace wavetank::sim {
namespace {

constexpr std::string_view kVersion = "meta.k8s.io/v1";
constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view kMatch = "resourceVersionMatch";

std::string ToBase64(std::string_view bytes) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : bytes) {
    bits = (bits << 8) | static_cast<unsigned char>(c);
    count += 8;
    while (count >= 6) {
      count -= 6;
      out.push_back(kAlphabet[(bits >> count) & 63]);
    }
  }
  if (count > 0) out.push_back(kAlphabet[(bits << (6 - count)) & 63]);
  return out;
}

Result<std::string> FromBase64(std::string_view text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const size_t value = kAlphabet.find(text[i]);
    if (value == std::string_view::npos) {
      return Status(Code::kInvalidArgument, "illegal base64 data at input byte " + std::to_string(i));
    }
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out.push_back(static_cast<char>((bits >> count) & 255));
  }
  if (text.size() % 4 == 1) {
    return Status(Code::kInvalidArgument, "illegal base64 data at input byte " + std::to_string(text.size() - 1));
  }
  return out;
}

Status BadToken(std::string_view why) {
  return BadRequestError("invalid continue token: continue key is not valid: " + std::string(why));
}

void CheckWatchMatch(const ListOptions& options, std::vector<FieldError>& errors) {
  const String& match = options.resource_version_match;
  if (options.send_initial_events.has_value() && match != "NotOlderThan") {
    errors.push_back(
        field::Forbidden(kMatch, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"));
  }
  if (!match.empty() && !options.send_initial_events.has_value()) {
    errors.push_back(
        field::Forbidden(kMatch, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"));
  }
  if (!match.empty() && match != "NotOlderThan") {
    errors.push_back(field::NotSupported(kMatch, Value(match), {"NotOlderThan"}));
  }
  if (!options.continue_token.empty()) {
    errors.push_back(field::Forbidden(kMatch, "resourceVersionMatch is forbidden when continue is provided"));
  }
}

void CheckListMatch(const ListOptions& options, std::vector<FieldError>& errors) {
  const String& match = options.resource_version_match;
  if (!match.empty()) {
    if (options.resource_version.empty()) {
      errors.push_back(
          field::Forbidden(kMatch, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    }
    if (!options.continue_token.empty()) {
      errors.push_back(field::Forbidden(kMatch, "resourceVersionMatch is forbidden when continue is provided"));
    }
    if (match != "Exact" && match != "NotOlderThan") {
      errors.push_back(field::NotSupported(kMatch, Value(match), {"Exact", "NotOlderThan", ""}));
    }
    if (match == "Exact" && options.resource_version == "0") {
      errors.push_back(
          field::Forbidden(kMatch, "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\""));
    }
  }
  if (options.send_initial_events.has_value()) {
    errors.push_back(field::Forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
}

}  // namespace

Status CheckListOptions(const ListOptions& options, bool watch) {
  std::vector<FieldError> errors;
  if (watch) {
    CheckWatchMatch(options, errors);
  } else {
    CheckListMatch(options, errors);
  }
  if (errors.empty()) return {};
  return InvalidError(ErrorSubject("meta.k8s.io", "ListOptions", ""), errors);
}

std::string EncodeContinue(const ContinueToken& token) {
  const Value document =
      ObjectBuilder(3).Add("rv", token.revision).Add("start", token.start).Add("v", kVersion).Build();
  return ToBase64(WriteJson(document));
}

Result<ContinueToken> DecodeContinue(std::string_view text) {
  Result<std::string> bytes = FromBase64(text);
  if (!bytes.ok()) return BadToken(bytes.status().message());
  Result<Value> document = ParseGoJson(*bytes);
  if (!document.ok()) return BadToken(document.status().message());
  if (!document->is_object() && !document->is_null()) {
    return BadToken("json: cannot unmarshal " + std::string(GoJsonType(*document)) +
                    " into Go value of type storage.continueToken");
  }
  const Value& revision = (*document)["rv"];
  if (!revision.is_null() && !revision.is_int()) {
    const std::string_view type = revision.is_string() ? "string" : revision.is_number() ? "number" : "object";
    return BadToken("json: cannot unmarshal " + std::string(type) +
                    " into Go struct field continueToken.rv of type int64");
  }
  const std::string version((*document)["v"].AsString());
  if (version != kVersion) return BadToken("server does not recognize this encoded version " + version);
  if (revision.AsInt() == 0) return BadToken("incorrect encoded start resourceVersion (version " + version + ")");
  const std::string_view start = (*document)["start"].AsString();
  if (start.empty()) return BadToken("encoded start key empty (version " + version + ")");
  // A key that climbs out of its folder is refused; a slash before it changes nothing.
  if (start.starts_with("../") || start.find("/../") != std::string_view::npos) return BadToken(start);
  return ContinueToken{revision.AsInt(), std::string(start.starts_with('/') ? start.substr(1) : start)};
}

Status TooLargeVersion(uint64_t wanted, uint64_t current) {
  return WithCause(
      TimeoutError("Too large resource version: " + std::to_string(wanted) + ", current: " + std::to_string(current),
                   1),
      {"ResourceVersionTooLarge", "Too large resource version", ""});
}

}  // namespace wavetank::sim

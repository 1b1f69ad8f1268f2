#include "runtime/wire/media_type.h"

#include <algorithm>
#include <charconv>

#include "runtime/api/status_error.h"

namespace wavetank {
namespace {

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// The parts of `text` between separators that stand in no quotes.
std::vector<std::string_view> SplitOutsideQuotes(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  bool quoted = false;
  size_t begin = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (text[i] != separator || quoted) continue;
    parts.push_back(text.substr(begin, i - begin));
    begin = i + 1;
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::string Unquoted(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::string(text);
}

double Quality(std::string_view text) {
  double quality = 1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quality);
  if (error != std::errc() || end != text.data() + text.size() || !(quality >= 0)) return 1;
  return std::min(quality, 1.0);
}

bool IsTrue(std::string_view text) {  // Go's ParseBool
  static constexpr std::string_view kTrue[] = {"1", "t", "T", "true", "TRUE", "True"};
  return std::ranges::find(kTrue, text) != std::end(kTrue);
}

bool WantsPretty(const Wishes& wishes) {
  if (wishes.pretty.has_value() && !wishes.pretty->empty()) return IsTrue(*wishes.pretty);
  static constexpr std::string_view kPeople[] = {"curl", "Wget", "Mozilla/5.0"};
  return std::ranges::any_of(kPeople, [&](std::string_view p) { return wishes.user_agent.starts_with(p); });
}

bool WantsGzip(std::string_view accept_encoding) {
  for (const std::string_view part : SplitOutsideQuotes(accept_encoding, ',')) {
    if (Trim(part) == "gzip") return true;
  }
  return false;
}

struct TransformRow {
  std::string_view name;
  Transform::Kind kind;
};
constexpr TransformRow kTransforms[] = {{"Table", Transform::Kind::kTable},
                                        {"PartialObjectMetadata", Transform::Kind::kPartialMetadata},
                                        {"PartialObjectMetadataList", Transform::Kind::kPartialMetadataList}};

// nullopt: there is no such transform in that format.
std::optional<Transform> TransformOf(const MediaClause& clause, const Codec& codec) {
  const std::string_view version = clause.Param("v");
  if (clause.Param("g") != "meta.k8s.io" || (version != "v1" && version != "v1beta1")) return std::nullopt;
  for (const TransformRow& row : kTransforms) {
    if (row.name != clause.Param("as")) continue;
    if (row.kind == Transform::Kind::kTable && !codec.tables) return std::nullopt;
    return Transform{row.kind, std::string(version)};
  }
  return std::nullopt;
}

// The codec of a clause; null when nobody writes that.
const Codec* CodecOf(const MediaClause& clause, Endpoint endpoint) {
  if (clause.type == "*/*") return &JsonCodec();
  const Codec* codec = FindCodec(clause.type);
  if (codec == nullptr) return nullptr;
  return endpoint == Endpoint::kWatch && codec->stream_media_type.empty() ? nullptr : codec;
}

std::string StreamNames() {
  std::string names;
  for (const Codec& codec : Codecs()) {
    if (!codec.stream_media_type.ends_with(";stream=watch")) continue;
    names.append(names.empty() ? "" : ", ").append(codec.stream_media_type);
  }
  return names;
}

Status NobodyWritesThat(Endpoint endpoint) {
  std::string text = "406: Not Acceptable\n\nAvailable representations: " + CodecNames();
  if (endpoint != Endpoint::kObject) text.append(", ").append(StreamNames());
  return RouterNotAcceptable(std::move(text));
}

}  // namespace

Status RouterNotAcceptable(std::string message) {
  const Status plain = NotAcceptableError(std::move(message));
  return FromStatusDocument(ToStatusDocument(plain).Set("details", Value::EmptyObject()), 406);
}

std::string_view MediaClause::Param(std::string_view name) const {
  for (const auto& [key, value] : params) {
    if (key == name) return value;
  }
  return {};
}

std::vector<MediaClause> ParseAccept(std::string_view header) {
  std::vector<MediaClause> clauses;
  for (const std::string_view text : SplitOutsideQuotes(header, ',')) {
    const std::vector<std::string_view> parts = SplitOutsideQuotes(text, ';');
    MediaClause clause{.type = std::string(Trim(parts[0])), .params = {}, .quality = 1};
    if (clause.type.empty()) continue;
    for (size_t i = 1; i < parts.size(); ++i) {
      const std::string_view part = Trim(parts[i]);
      const size_t equals = part.find('=');
      if (equals == std::string_view::npos) continue;
      const std::string_view name = Trim(part.substr(0, equals));
      const std::string value = Unquoted(Trim(part.substr(equals + 1)));
      if (name == "q") {
        clause.quality = Quality(value);
      } else {
        clause.params.emplace_back(name, value);
      }
    }
    clauses.push_back(std::move(clause));
  }
  std::ranges::stable_sort(clauses, [](const MediaClause& a, const MediaClause& b) { return a.quality > b.quality; });
  return clauses;
}

std::optional<std::string> ContentTypeOf(std::string_view header) {
  const std::vector<std::string_view> parts = SplitOutsideQuotes(header, ';');
  for (size_t i = 1; i < parts.size(); ++i) {
    const std::string_view part = Trim(parts[i]);
    if (part.empty() && i + 1 == parts.size()) continue;  // a last semicolon is let pass
    const size_t equals = part.find('=');
    if (equals == 0 || equals == std::string_view::npos) return std::nullopt;
  }
  return std::string(Trim(parts[0]));
}

Result<AnswerFormat> Negotiate(const Wishes& wishes, Endpoint endpoint, bool custom) {
  AnswerFormat format{&JsonCodec(), WantsPretty(wishes), WantsGzip(wishes.accept_encoding), std::nullopt};
  const std::vector<MediaClause> clauses = ParseAccept(wishes.accept);
  if (clauses.empty() && Trim(wishes.accept).empty()) return format;
  bool known = custom;  // no router stands before custom resources
  bool unstreamed = false;
  for (const MediaClause& clause : clauses) {
    const Codec* codec = CodecOf(clause, endpoint);
    if (codec == nullptr) {  // the router knows it all the same
      unstreamed = unstreamed || FindCodec(clause.type) != nullptr;
      continue;
    }
    known = true;
    format.transform.reset();
    if (!clause.Param("as").empty()) {
      format.transform = TransformOf(clause, *codec);
      if (!format.transform.has_value()) continue;
    } else if (custom && !codec->custom_resources) {
      continue;
    }
    format.codec = codec;
    format.pretty = format.pretty || clause.Param("pretty") == "1";
    return format;
  }
  if (!known && unstreamed) return NotAcceptableError("only the following media types are accepted: " + StreamNames());
  if (!known) return NobodyWritesThat(endpoint);
  return NotAcceptableError("only the following media types are accepted: " + CodecNames());
}

AnswerFormat FormatForErrors(const Wishes& wishes) {
  AnswerFormat format{&JsonCodec(), WantsPretty(wishes), WantsGzip(wishes.accept_encoding), std::nullopt};
  const std::vector<MediaClause> clauses = ParseAccept(wishes.accept);
  for (const MediaClause& clause : clauses) {
    const Codec* codec = CodecOf(clause, Endpoint::kObject);
    if (codec == nullptr || !clause.Param("as").empty()) continue;
    format.codec = codec;
    format.pretty = format.pretty || clause.Param("pretty") == "1";
    return format;
  }
  if (!clauses.empty()) format.pretty = true;  // written without asking any further
  return format;
}

}  // namespace wavetank

#include "tools/conformance/symbols.h"

#include <algorithm>
#include <charconv>

#include "runtime/value/json.h"
#include "tools/conformance/pointer.h"
#include "tools/conformance/raw_json.h"

namespace wavetank::conformance {
namespace {

uint64_t Number(std::string_view text) {
  uint64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// A certificate request that the client might have made; nothing in it matters but that it is one.
constexpr std::string_view kCertificateRequest =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIS01IRUNBUUF3RHpFTk1Bc0dBMVVFQXd3RWRHVnpkREJaTUJNR0J5cUdTTTQ5"
    "QWdFR0NDcUdTTTQ5QXdFSApBMElBQkp1Z0V4c0FoVW9FVzhPd0p6eGx0UkZaS1BOb1Y2eVg0ZndzYzF3SGJ3TFhLeThvT0cvWFNnU0t6cEhzCg==";

// The symbols of versions that may be newer than the last write.
std::vector<TextPart> Softened(std::string_view expected) {
  std::vector<TextPart> parts = SplitSymbols(expected);
  for (size_t i = 1; i < parts.size(); ++i) {
    const bool version = parts[i].symbol && SymbolClass(parts[i].text) == "rv";
    const bool second = parts[i - 1].text.ends_with(" (") || parts[i - 1].text.ends_with(", current: ");
    const bool says_so = expected.find("too old resource version: ") != std::string_view::npos ||
                         expected.find("Too large resource version: ") != std::string_view::npos;
    if (version && second && says_so && !parts[i - 1].symbol) parts[i].text = "soft" + parts[i].text;
  }
  return parts;
}

}  // namespace

const std::string* Symbols::Find(std::string_view symbol) const {
  const auto found = bound_.find(std::string(symbol));
  return found == bound_.end() ? nullptr : &found->second;
}

std::vector<std::pair<std::string, std::string>> Symbols::Names() const {
  std::vector<std::pair<std::string, std::string>> names;
  for (const auto& [symbol, value] : bound_) {
    if (SymbolClass(symbol) == "name") names.emplace_back(symbol, value);
  }
  std::ranges::stable_sort(names, [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  return names;
}

MaybeMismatch Symbols::Bind(std::string_view symbol, std::string_view value, std::string_view at, bool soft) {
  if (symbol.starts_with("soft")) {
    symbol.remove_prefix(4);
    soft = true;
  }
  const std::string symbol_class = SymbolClass(symbol);
  if (const std::string* old = Find(symbol); old != nullptr) {
    if (*old == value || (soft && symbol_class == "rv" && Number(value) >= Number(*old))) return std::nullopt;
    return Mismatch{std::string(at), "{{" + std::string(symbol) + "}} (" + *old + ")", std::string(value)};
  }
  if (!soft && symbol_class != "issuer" && symbol_class != "csr") {
    for (const auto& [other, known] : bound_) {
      if (known != value || SymbolClass(other) != symbol_class || soft_.contains(other)) continue;
      return Mismatch{std::string(at), "{{" + std::string(symbol) + "}}: a value of its own",
                      std::string(value) + ", which is {{" + other + "}}"};
    }
  }
  bound_[std::string(symbol)] = value;
  if (soft) soft_.insert(std::string(symbol));
  return std::nullopt;
}

std::string Symbols::Known(std::string_view text) const {
  std::string out;
  for (const TextPart& part : SplitSymbols(text)) {
    const std::string* value = part.symbol ? Find(part.text) : nullptr;
    out += !part.symbol ? part.text : value != nullptr ? *value : "{{" + part.text + "}}";
  }
  return out;
}

MaybeMismatch Symbols::MatchText(std::string_view expected, const Value& found, std::string_view at, bool soft) {
  if (!found.is_string()) return Mismatch{std::string(at), WriteJson(Value(expected)), WriteJson(found)};
  std::vector<TextPart> parts = Softened(expected);
  for (TextPart& part : parts) {
    if (!part.symbol) continue;
    const std::string* value = Find(part.text);
    if (value == nullptr || (soft && SymbolClass(part.text) == "rv")) continue;
    part = {*value, false};
  }
  std::vector<TextPart> joined;  // literals side by side become one
  for (TextPart& part : parts) {
    if (!part.symbol && !joined.empty() && !joined.back().symbol) {
      joined.back().text += part.text;
    } else {
      joined.push_back(std::move(part));
    }
  }
  const std::optional<Found> match = MatchParts(joined, found.AsString());
  if (!match.has_value()) return Mismatch{std::string(at), WriteJson(Value(Known(expected))), WriteJson(found)};
  for (const auto& [symbol, value] : *match) {
    if (MaybeMismatch no = Bind(symbol, value, at, soft); no.has_value()) return no;
  }
  return std::nullopt;
}

// ---- Requests.

std::string Symbols::TimeAt(const Place* place, bool micro, Time now) const {
  if (place != nullptr) {
    std::vector<std::string> objects = place->objects;
    objects.emplace_back();
    for (const std::string& object : objects) {
      if (const auto found = times_.find({object, place->at}); found != times_.end()) return found->second;
    }
  }
  return micro ? FormatMicroTime(now) : FormatTime(now);
}

Result<std::string> Symbols::Fill(std::string_view text, const FillContext& context, const Place* place) {
  std::string out;
  for (const TextPart& part : SplitSymbols(text)) {
    const std::string* bound = part.symbol ? Find(part.text) : nullptr;
    if (!part.symbol) {
      out += part.text;
    } else if (bound != nullptr) {
      out += *bound;
    } else if (part.text.starts_with("now")) {
      int64_t seconds = 0;
      const char* digits = part.text.data() + (part.text[3] == '+' ? 4 : 3);
      std::from_chars(digits, part.text.data() + part.text.size(), seconds);
      out += FormatTime(context.now + std::chrono::seconds(seconds));
    } else if (part.text == "time" || part.text == "microTime") {
      out += TimeAt(place, part.text == "microTime", context.now);
    } else if (part.text.starts_with("etag of ")) {
      out += context.etag(std::string_view(part.text).substr(8));
    } else if (SymbolClass(part.text) == "csr") {
      bound_[part.text] = kCertificateRequest;
      out += kCertificateRequest;
    } else if (part.text.starts_with("hook")) {
      return Status(Code::kUnimplemented, "needs feature webhooks");
    } else {
      return Status(Code::kInvalidArgument, "nothing is known of {{" + part.text + "}}");
    }
  }
  return out;
}

Result<std::string> Symbols::FillText(std::string_view text, const FillContext& context) {
  return Fill(text, context, nullptr);
}

Symbols::Place Symbols::Enter(std::string_view raw_object, Place place) const {
  if (place.in_object) return place;
  const std::optional<std::string_view> metadata = RawMember(raw_object, "metadata");
  if (!metadata.has_value() || !metadata->starts_with('{')) return place;
  place.in_object = true;
  for (const std::string_view key : {"uid", "name"}) {
    const std::optional<std::string_view> raw = RawMember(*metadata, key);
    if (!raw.has_value() || !raw->starts_with('"')) continue;
    const std::string text = RawString(*raw);
    const std::string* value = Find(WholeSymbol(text));
    place.objects.push_back(value != nullptr ? *value : text);
  }
  return place;
}

Status Symbols::Append(std::string_view raw, const FillContext& context, Place place, std::string& out) {
  if (raw.starts_with('{')) {
    place = Enter(raw, std::move(place));
    out += '{';
    const std::string at = place.at;
    bool first = true;
    for (const RawField& field : RawFields(raw)) {
      if (!first) out += ", ";
      first = false;
      WT_ASSIGN(const std::string key, Fill(field.key, context, &place));
      out += AsciiJson(key) + ": ";
      place.at = at + "/" + EscapePart(field.key);
      WT_RETURN_IF_ERROR(Append(field.value, context, place, out));
    }
    out += '}';
  } else if (raw.starts_with('[')) {
    out += '[';
    const std::string at = place.at;
    size_t index = 0;
    for (const std::string_view element : RawElements(raw)) {
      if (index > 0) out += ", ";
      place.at = at + "/" + std::to_string(index++);
      WT_RETURN_IF_ERROR(Append(element, context, place, out));
    }
    out += ']';
  } else if (raw.starts_with('"')) {
    const std::string text = RawString(raw);
    const std::string symbol = WholeSymbol(text);
    const std::string* value = Find(symbol);
    if (value != nullptr && SymbolClass(symbol) == "port") {
      out += *value;
      return {};
    }
    WT_ASSIGN(const std::string filled, Fill(text, context, &place));
    out += AsciiJson(filled);
  } else {
    out += raw;
  }
  return {};
}

Result<std::string> Symbols::FillJson(std::string_view raw, const FillContext& context) {
  std::string out;
  WT_RETURN_IF_ERROR(Append(raw, context, {}, out));
  return out;
}

// ---- Times that come back.

void Symbols::NoteTimes(const Value& document) {
  if (keep_times_) Note(document, "", {});
}

void Symbols::Note(const Value& value, const std::string& at, const std::vector<std::string>& objects) {
  if (value.is_object()) {
    std::vector<std::string> keys = objects;
    std::string place = at;
    const Value& metadata = value["metadata"];
    if (!metadata["name"].empty() || !metadata["uid"].empty()) {
      keys.clear();
      for (const char* key : {"uid", "name"}) {
        if (!metadata[key].empty()) keys.emplace_back(metadata[key].AsString());
      }
      place.clear();
    }
    for (const Field& field : value.fields()) Note(field.value, place + "/" + EscapePart(field.key.view()), keys);
  } else if (value.is_array()) {
    for (size_t i = 0; i < value.size(); ++i) Note(value[i], at + "/" + std::to_string(i), objects);
  } else if (value.is_string() && (Fits("time", value.AsString()) || Fits("microTime", value.AsString()))) {
    for (const std::string& object : objects) times_[{object, at}] = value.AsString();
    times_[{"", at}] = value.AsString();
  }
}

}  // namespace wavetank::conformance

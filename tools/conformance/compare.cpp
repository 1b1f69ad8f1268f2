#include "tools/conformance/compare.h"

#include <algorithm>

#include "runtime/value/json.h"
#include "tools/conformance/pointer.h"

namespace wavetank::conformance {
namespace {

constexpr std::string_view kNothing = "(nothing)";

Mismatch Differs(const std::string& at, const Value& expected, const Value& found) {
  return {at, WriteJson(expected), WriteJson(found)};
}

// The bookmark that ends the initial events: its version is the server's choice.
bool IsMark(const Value& expected) { return expected["metadata"]["annotations"].Has("k8s.io/initial-events-end"); }

bool IsCollection(const Value& expected) { return expected.Has("items") || expected.Has("rows"); }

class Comparer {
 public:
  explicit Comparer(Symbols& symbols) : symbols_(symbols) {}

  MaybeMismatch Match(const Value& expected, const Value& found, const std::string& at, bool soft) {
    if (expected.is_string()) return Text(expected, found, at, soft);
    if (expected.is_object()) return Fields(expected, found, at);
    if (expected.is_array()) return Elements(expected, found, at);
    if (expected == found) return std::nullopt;
    return Differs(at, expected, found);
  }

 private:
  MaybeMismatch Text(const Value& expected, const Value& found, const std::string& at, bool soft) {
    const std::string_view text = expected.AsString();
    const std::string symbol = WholeSymbol(text);
    if (SymbolClass(symbol) == "port" && found.is_int()) return symbols_.Bind(symbol, WriteJson(found), at);
    if (text.find("{{") != std::string_view::npos) return symbols_.MatchText(text, found, at, soft);
    if (expected == found) return std::nullopt;
    return Differs(at, expected, found);
  }

  MaybeMismatch Field(const Value& whole, std::string_view key, const Value& expected, const Value& found,
                      const std::string& at) {
    const std::string place = at + "/" + EscapePart(key);
    const bool own = key == "metadata" && (IsCollection(whole) || IsMark(whole));
    if (own && expected.Has("resourceVersion") && found.Has("resourceVersion")) {
      if (MaybeMismatch no =
              Match(expected["resourceVersion"], found["resourceVersion"], place + "/resourceVersion", true);
          no.has_value()) {
        return no;
      }
      return Match(expected.Without("resourceVersion"), found.Without("resourceVersion"), place, false);
    }
    return Match(expected, found, place, false);
  }

  MaybeMismatch Fields(const Value& expected, const Value& found, const std::string& at) {
    if (!found.is_object()) return Differs(at, expected, found);
    Value left = found;
    std::vector<const wavetank::Field*> late;  // keys that hold symbols
    for (const wavetank::Field& field : expected.fields()) {
      const std::string_view key = field.key.view();
      const Value* value = found.Find(key);
      if (value == nullptr && key.find("{{") != std::string_view::npos) {
        late.push_back(&field);
        continue;
      }
      if (value == nullptr) return Mismatch{at + "/" + EscapePart(key), WriteJson(field.value), std::string(kNothing)};
      if (MaybeMismatch no = Field(expected, key, field.value, *value, at); no.has_value()) return no;
      left = left.Without(key);
    }
    for (const wavetank::Field* field : late) {
      if (MaybeMismatch no = Late(*field, left, at); no.has_value()) return no;
    }
    for (const wavetank::Field& extra : left.fields()) {
      return Mismatch{at + "/" + EscapePart(extra.key.view()), std::string(kNothing), WriteJson(extra.value)};
    }
    return std::nullopt;
  }

  MaybeMismatch Late(const wavetank::Field& field, Value& left, const std::string& at) {
    for (const wavetank::Field& candidate : left.fields()) {
      Symbols::State state = symbols_.Save();
      if (symbols_.MatchText(field.key.view(), Value(candidate.key), at, false).has_value()) {
        symbols_.Restore(std::move(state));
        continue;
      }
      const std::string key(candidate.key.view());
      if (MaybeMismatch no = Match(field.value, candidate.value, at + "/" + EscapePart(key), false); no.has_value())
        return no;
      left = left.Without(std::string_view(key));
      return std::nullopt;
    }
    return Mismatch{at + "/" + EscapePart(symbols_.Known(field.key.view())), WriteJson(field.value),
                    std::string(kNothing)};
  }

  MaybeMismatch Elements(const Value& expected, const Value& found, const std::string& at) {
    if (!found.is_array()) return Differs(at, expected, found);
    for (size_t i = 0; i < expected.size(); ++i) {
      const std::string place = at + "/" + std::to_string(i);
      if (i >= found.size()) return Mismatch{place, WriteJson(expected[i]), std::string(kNothing)};
      if (MaybeMismatch no = Match(expected[i], found[i], place, false); no.has_value()) return no;
    }
    if (found.size() == expected.size()) return std::nullopt;
    return Mismatch{at + "/" + std::to_string(expected.size()), std::string(kNothing),
                    WriteJson(found[expected.size()])};
  }

  Symbols& symbols_;
};

// ---- Unordered causes.

std::vector<std::string> Words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : text) {
    if (std::string_view("\n, []").find(c) == std::string_view::npos) {
      word += c;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  std::ranges::sort(words);
  return words;
}

// The found document with its causes in the recorded order, and the recorded message when the found one has the same
// words; nothing when the causes are others.
std::optional<Value> Reordered(const Value& expected, const Value& found, Symbols& symbols) {
  const Value& wanted = expected["details"]["causes"];
  const Value& given = found["details"]["causes"];
  if (!wanted.is_array() || !given.is_array() || wanted.size() != given.size() || wanted.size() < 2)
    return std::nullopt;
  std::vector<bool> used(given.size(), false);
  ArrayBuilder causes;
  for (const Value& cause : wanted.elements()) {
    bool placed = false;
    for (size_t i = 0; i < given.size() && !placed; ++i) {
      Symbols::State state = symbols.Save();
      if (used[i] || Comparer(symbols).Match(cause, given[i], "", false).has_value()) {
        symbols.Restore(std::move(state));
        continue;
      }
      used[i] = placed = true;
      causes.Add(given[i]);
    }
    if (!placed) return std::nullopt;
  }
  Value result = Replace(found, "/details/causes", causes.Build());
  const std::string message = symbols.Known(expected["message"].AsString());
  if (Words(message) == Words(found["message"].AsString())) result = result.Set("message", Value(message));
  return result;
}

// ---- Preparation.

Value StripManaged(const Value& value) {
  if (value.is_array()) {
    ArrayBuilder out;
    for (const Value& element : value.elements()) out.Add(StripManaged(element));
    return out.Build();
  }
  if (!value.is_object()) return value;
  Value result = value;
  for (const Field& field : value.fields()) result = result.Set(field.key, StripManaged(field.value));
  if (result["metadata"].Has("managedFields")) result = Remove(result, "/metadata/managedFields");
  return result;
}

Value StripDescriptions(const Value& value) {
  if (value.is_array()) {
    ArrayBuilder out;
    for (const Value& element : value.elements()) out.Add(StripDescriptions(element));
    return out.Build();
  }
  if (!value.is_object()) return value;
  ObjectBuilder out;
  for (const Field& field : value.fields()) {
    if (field.key == "description" && field.value.is_string()) continue;
    out.Add(field.key, StripDescriptions(field.value));
  }
  return out.Build();
}

struct SortKey {
  bool present = false;
  uint64_t number = 0;
  std::string text;
  auto operator<=>(const SortKey&) const = default;
};

std::vector<SortKey> KeyOf(const Value& item, const Value& pointers, const Symbols& symbols) {
  std::vector<SortKey> keys;
  for (const Value& pointer : pointers.elements()) {
    SortKey key;
    const std::optional<Value> found = Lookup(item, pointer.AsString());
    if (found.has_value() && !found->is_null()) {
      key.present = true;
      key.text = found->is_string() ? std::string(found->AsString()) : WriteJson(*found);
      if (pointer.AsString().ends_with("/resourceVersion")) {
        key.number = std::strtoull(key.text.c_str(), nullptr, 10);
        key.text.clear();
      } else {
        for (const auto& [symbol, name] : symbols.Names()) {
          for (size_t at = 0; (at = key.text.find(name, at)) != std::string::npos;) {
            const std::string shown = "{{" + symbol + "}}";
            key.text.replace(at, name.size(), shown);
            at += shown.size();
          }
        }
      }
    }
    keys.push_back(std::move(key));
  }
  return keys;
}

Value Sorted(const Value& items, const Value& pointers, const Symbols& symbols) {
  std::vector<std::pair<std::vector<SortKey>, Value>> rows;
  for (const Value& item : items.elements()) rows.emplace_back(KeyOf(item, pointers, symbols), item);
  std::ranges::stable_sort(rows, [](const auto& a, const auto& b) { return a.first < b.first; });
  ArrayBuilder out;
  for (auto& [key, item] : rows) out.Add(std::move(item));
  return out.Build();
}

Value Dropped(const Value& item, const Value& pointers) {
  Value result = item;
  for (const Value& pointer : pointers.elements()) result = Remove(result, pointer.AsString());
  return result;
}

Value Normalise(Value document, const Value& how, const Symbols& symbols) {
  const bool list = document.is_object() && document["items"].is_array();
  if (list) document = Remove(document, "/metadata/resourceVersion");
  if (!list && !document.is_array()) return Dropped(document, how["drop"]);
  Value items = list ? document["items"] : document;
  if (!how["sort"].empty()) items = Sorted(items, how["sort"], symbols);
  ArrayBuilder out;
  for (const Value& item : items.elements()) out.Add(Dropped(item, how["drop"]));
  return list ? document.Set("items", out.Build()) : out.Build();
}

}  // namespace

MaybeMismatch BindWhole(const Value& expected, const Value& found, Symbols& symbols, const std::string& at) {
  if (expected.is_object() && found.is_object()) {
    for (const Field& field : expected.fields()) {
      const Value* value = found.Find(field.key.view());
      if (value == nullptr) continue;
      const bool own = field.key == "metadata" && IsCollection(expected) && field.value.is_object();
      const Value wanted = own ? field.value.Without("resourceVersion") : field.value;
      if (MaybeMismatch no = BindWhole(wanted, *value, symbols, at + "/" + EscapePart(field.key.view()));
          no.has_value())
        return no;
    }
  } else if (expected.is_array() && found.is_array()) {
    if (at.ends_with("/causes")) return std::nullopt;
    for (size_t i = 0; i < expected.size() && i < found.size(); ++i) {
      if (MaybeMismatch no = BindWhole(expected[i], found[i], symbols, at + "/" + std::to_string(i)); no.has_value())
        return no;
    }
  } else if (expected.is_string()) {
    const std::string symbol = WholeSymbol(expected.AsString());
    if (symbol.empty() || !IsNumbered(symbol) || symbols.Find(symbol) != nullptr) return std::nullopt;
    return Comparer(symbols).Match(expected, found, at, false);
  }
  return std::nullopt;
}

MaybeMismatch MatchValue(const Value& expected, const Value& found, Symbols& symbols, const std::string& at,
                         bool soft) {
  return Comparer(symbols).Match(expected, found, at, soft);
}

MaybeMismatch MatchBody(const Value& expected, const Value& found, Symbols& symbols, bool unordered) {
  Symbols::State before = symbols.Save();
  MaybeMismatch first = BindWhole(expected, found, symbols, "");
  if (!first.has_value()) first = Comparer(symbols).Match(expected, found, "", false);
  if (!first.has_value() || !unordered) return first;
  symbols.Restore(before);
  const std::optional<Value> reordered = Reordered(expected, found, symbols);
  if (!reordered.has_value()) return first;
  if (BindWhole(expected, *reordered, symbols, "").has_value() ||
      Comparer(symbols).Match(expected, *reordered, "", false).has_value()) {
    return first;
  }
  return std::nullopt;
}

Value StripColumns(const Value& value) {
  if (value.is_array()) {
    ArrayBuilder out;
    for (const Value& element : value.elements()) out.Add(StripColumns(element));
    return out.Build();
  }
  if (!value.is_object()) return value;
  ObjectBuilder out;
  for (const Field& field : value.fields()) {
    if (field.key.view().ends_with("columnDefinitions") && field.value.is_array()) {  // a pointer, where picked
      ArrayBuilder columns;
      for (const Value& column : field.value.elements())
        columns.Add(column.is_object() ? column.Without("description") : column);
      out.Add(field.key, columns.Build());
    } else {
      out.Add(field.key, StripColumns(field.value));
    }
  }
  return out.Build();
}

Value Prepare(Value found, const Preparation& how, Symbols& symbols) {
  if (how.strip_managed_fields) found = StripManaged(found);
  symbols.NoteTimes(found);
  if (!how.normalise.is_null()) found = Normalise(std::move(found), how.normalise, symbols);
  if (how.strip_descriptions) found = StripDescriptions(found);
  return StripColumns(found);
}

}  // namespace wavetank::conformance

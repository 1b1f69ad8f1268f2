// Val as JSON, and as text for messages.

#include <algorithm>

#include "sim/cel/text.h"
#include "sim/cel/val.h"

namespace wavetank::cel {
namespace {

size_t DepthOf(const Value& value) {
  if (!value.is_array() && !value.is_object()) return 0;
  return static_cast<const wavetank::internal::Node*>(value.identity())->depth;
}

// Lists and maps of an expression may share parts, so that a small one can unfold to a huge document.
struct JsonMaker {
  size_t nodes_left;

  Result<Value> Make(const Val& val, size_t depth) {
    if (nodes_left == 0) return Status(Code::kTooLarge, "the value is too large for a document");
    --nodes_left;
    if (const Value* json = val.json(); json != nullptr) {
      if (depth + DepthOf(*json) >= kMaxDepth) return TooDeep();
      return *json;
    }
    switch (val.type()) {
      case Type::kUint: return Value(val.AsUint());
      case Type::kBytes: return Value(EncodeBase64(val.AsString()));
      case Type::kTimestamp: return Value(TimestampText(val.AsTime()));
      case Type::kDuration: return Value(SecondsText(val.AsDuration()));
      case Type::kType: return Value(TypeName(val.AsType()));
      case Type::kList: return MakeArray(val, depth);
      case Type::kMap: return MakeObject(val, depth);
      default: return Status(Code::kInvalid, val.ErrorMessage());
    }
  }

  Result<Value> MakeArray(const Val& list, size_t depth) {
    if (depth + 1 >= kMaxDepth) return TooDeep();
    std::vector<Value> elements;
    for (const Val& element : list.boxed_elements()) {
      WT_ASSIGN(Value value, Make(element, depth + 1));
      elements.push_back(std::move(value));
    }
    return Value::Array(std::move(elements));
  }

  Result<Value> MakeObject(const Val& map, size_t depth) {
    if (depth + 1 >= kMaxDepth) return TooDeep();
    ObjectBuilder object;
    std::vector<std::string> keys;
    for (const Entry& entry : map.boxed_entries()) {
      WT_ASSIGN(Value value, Make(entry.value, depth + 1));
      keys.push_back(entry.key.is_string() ? std::string(entry.key.AsString()) : PlainText(entry.key));
      object.Add(String(keys.back()), std::move(value));
    }
    std::sort(keys.begin(), keys.end());
    if (std::adjacent_find(keys.begin(), keys.end()) != keys.end()) {
      return Status(Code::kInvalid, "two keys of a map have one name in a document");
    }
    return object.Build();
  }

  static Status TooDeep() { return Status(Code::kTooLarge, "the value is nested too deeply for a document"); }
};

// Prints until the text is long enough; the caller cuts it.
struct Printer {
  size_t max_bytes;
  std::string out;

  bool full() const { return out.size() > max_bytes; }

  void Print(const Val& val) {
    if (full()) return;
    switch (val.type()) {
      case Type::kString: out += QuoteText(val.AsString().substr(0, max_bytes + 1)); return;
      case Type::kBytes: out += "b" + QuoteText(val.AsString().substr(0, max_bytes + 1)); return;
      case Type::kUint: out += std::to_string(val.AsUint()) + "u"; return;
      case Type::kTimestamp: out += "timestamp(\"" + TimestampText(val.AsTime()) + "\")"; return;
      case Type::kDuration: out += "duration(\"" + FormatDuration(val.AsDuration()) + "\")"; return;
      case Type::kList: return PrintList(val);
      case Type::kMap: return PrintMap(val);
      case Type::kError: out += "error(" + QuoteText(val.ErrorMessage()) + ")"; return;
      default: out += PlainText(val); return;
    }
  }

  void PrintList(const Val& list) {
    out += '[';
    for (size_t i = 0; i < list.size() && !full(); ++i) {
      if (i > 0) out += ", ";
      Print(list.ElementAt(i));
    }
    out += ']';
  }

  void PrintMap(const Val& map) {
    out += '{';
    for (size_t i = 0; i < map.size() && !full(); ++i) {
      if (i > 0) out += ", ";
      Print(map.KeyAt(i));
      out += ": ";
      Print(map.ValueAt(i));
    }
    out += '}';
  }
};

}  // namespace

Result<Value> Val::ToValue(size_t max_nodes) const { return JsonMaker{max_nodes}.Make(*this, 0); }

std::string Val::ToString(size_t max_bytes) const {
  Printer printer{max_bytes, {}};
  printer.Print(*this);
  if (!printer.full()) return std::move(printer.out);
  // Never cut a character in two.
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(printer.out[end]) & 0xC0) == 0x80) --end;
  printer.out.resize(end);
  return std::move(printer.out) + "...";
}

}  // namespace wavetank::cel

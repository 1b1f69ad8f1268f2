// RFC 6902 with the habits of the library that the real server uses; see patch.h.
#include <charconv>
#include <functional>

#include "runtime/base/strings.h"
#include "runtime/value/json.h"
#include "runtime/value/patch.h"

namespace wavetank {
namespace {

constexpr size_t kMaxOperations = 10'000;     // API-217
constexpr size_t kMaxCopiedBytes = 3u << 20;  // API-217
const int kMaxResultDepth = ParseLimits{}.max_depth;

const Name kOp("op");
const Name kPath("path");
const Name kFrom("from");
const Name kValue("value");

Status Invalid(std::string message) { return Status(Code::kInvalid, std::move(message)); }

// How Go's decoder names the type of a JSON value.
std::string_view GoTypeName(const Value& value) {
  switch (value.type()) {
    case Value::Type::kNull: return "null";
    case Value::Type::kBool: return "bool";
    case Value::Type::kString: return "string";
    case Value::Type::kArray: return "array";
    case Value::Type::kObject: return "object";
    default: return "number";
  }
}

// The patch as such; whether it applies is another question.
Status CheckShape(const Value& patch) {
  const auto mismatch = [](const Value& value, std::string_view into) {
    return Status(Code::kBadRequest,
                  "json: cannot unmarshal " + std::string(GoTypeName(value)) + " into Go " + std::string(into));
  };
  if (!patch.is_array()) return mismatch(patch, "value of type []handlers.jsonPatchOp");
  for (const Value& operation : patch.elements()) {
    if (operation.is_null()) continue;
    if (!operation.is_object()) return mismatch(operation, "value of type handlers.jsonPatchOp");
    for (const Name field : {kOp, kPath, kFrom}) {
      const Value& text = operation[field];
      if (text.is_null() || text.is_string()) continue;
      return mismatch(text, "struct field jsonPatchOp." + std::string(field.view()) + " of type string");
    }
  }
  if (patch.size() > kMaxOperations) {
    return Status(Code::kTooLarge, "The allowed maximum operations in a JSON patch is " +
                                       std::to_string(kMaxOperations) + ", got " + std::to_string(patch.size()));
  }
  return {};
}

// "~1" -> "/", "~0" -> "~"; a tilde before anything else stays.
std::string Unescape(std::string_view part) {
  std::string out;
  out.reserve(part.size());
  for (size_t i = 0; i < part.size(); ++i) {
    const bool escape = part[i] == '~' && i + 1 < part.size() && (part[i + 1] == '0' || part[i + 1] == '1');
    out += escape ? (part[i + 1] == '0' ? '~' : '/') : part[i];
    if (escape) ++i;
  }
  return out;
}

// The parts behind the first slash; what stands before it is dropped. Empty when there is no slash.
std::vector<std::string> SplitPath(std::string_view path) {
  std::vector<std::string> parts;
  size_t slash = path.find('/');
  while (slash != path.npos) {
    const size_t next = path.find('/', slash + 1);
    parts.push_back(Unescape(path.substr(slash + 1, next == path.npos ? next : next - slash - 1)));
    slash = next;
  }
  return parts;
}

// A decimal number with an optional sign and any leading zeros. Negative ones count from the end: -1 is `size` - 1.
// Answers an index below `size`.
Result<size_t> IndexIn(std::string_view part, size_t size) {
  std::string_view digits = part;
  if (digits.starts_with('+') && !digits.starts_with("+-")) digits.remove_prefix(1);
  int64_t index = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (error != std::errc() || end != digits.data() + digits.size())
    return Invalid(Quote(part) + " is no index of a list");
  const auto signed_size = static_cast<int64_t>(size);
  if (index < -signed_size || index >= signed_size) {
    return Invalid("index " + std::string(part) + " is outside a list of " + std::to_string(size));
  }
  return static_cast<size_t>(index < 0 ? index + signed_size : index);
}

// The value at a place of a container. A missing key of an object reads as null; a missing element is an error.
Result<Value> Get(const Value& container, const std::string& key) {
  if (container.is_object()) return container[std::string_view(key)];
  WT_ASSIGN(const size_t index, IndexIn(key, container.size()));
  return container[index];
}

// Changes to the container that holds the last part of a path.
using Change = std::function<Result<Value>(const Value& container, const std::string& key)>;

// Applies `change` to the container of the path's last part and rebuilds what is above.
Result<Value> Update(const Value& at, std::span<const std::string> parts, const Change& change) {
  if (parts.empty() || (!at.is_object() && !at.is_array())) return Invalid("the path leads nowhere");
  if (parts.size() == 1) return change(at, parts[0]);
  WT_ASSIGN(const Value child, Get(at, parts[0]));
  WT_ASSIGN(Value changed, Update(child, parts.subspan(1), change));
  if (at.is_object()) return at.Set(std::string_view(parts[0]), std::move(changed));
  WT_ASSIGN(const size_t index, IndexIn(parts[0], at.size()));
  return at.SetAt(index, std::move(changed));
}

// The value itself, or the equal one that is there already: an operation that changes nothing keeps the node.
Value KeepEqual(const Value& old, Value value) { return old == value ? old : std::move(value); }

Result<Value> AddTo(const Value& container, const std::string& key, const Value& value) {
  if (container.is_object()) {
    const Value* old = container.Find(std::string_view(key));
    return container.Set(std::string_view(key), old != nullptr ? KeepEqual(*old, value) : value);
  }
  size_t index = container.size();
  if (key != "-") {
    WT_ASSIGN(index, IndexIn(key, container.size() + 1));  // one more place: behind the last
  }
  std::vector<Value> elements;
  elements.reserve(container.size() + 1);
  elements.assign(container.elements().begin(), container.elements().end());
  elements.insert(elements.begin() + static_cast<std::ptrdiff_t>(index), value);
  return Value::Array(std::move(elements));
}

Result<Value> RemoveFrom(const Value& container, const std::string& key) {
  if (container.is_array()) {
    WT_ASSIGN(const size_t index, IndexIn(key, container.size()));
    return container.WithoutAt(index);
  }
  if (!container.Has(std::string_view(key))) return Invalid("there is no " + Quote(key) + " to remove");
  return container.Without(std::string_view(key));
}

Result<Value> ReplaceIn(const Value& container, const std::string& key, const Value& value) {
  if (container.is_object()) return AddTo(container, key, value);
  WT_ASSIGN(const size_t index, IndexIn(key, container.size()));
  return container.SetAt(index, KeepEqual(container[index], value));
}

// What lies at a path that has at least one part.
Result<Value> Read(const Value& document, const std::vector<std::string>& parts) {
  if (parts.empty()) return Invalid("the path leads nowhere");
  Value at = document;
  for (const std::string& part : parts) {
    if (!at.is_object() && !at.is_array()) return Invalid("the path leads nowhere");
    WT_ASSIGN(at, Get(at, part));
  }
  return at;
}

class Patcher {
 public:
  explicit Patcher(Value document) : document_(std::move(document)) {}

  Status Apply(const Value& operation) {
    struct Kind {
      std::string_view op;
      Result<Value> (Patcher::*apply)(const Value& operation, const std::vector<std::string>& path);
    };
    static constexpr Kind kKinds[] = {
        {"add", &Patcher::Add},   {"remove", &Patcher::Remove}, {"replace", &Patcher::Replace},
        {"move", &Patcher::Move}, {"copy", &Patcher::Copy},     {"test", &Patcher::Test},
    };
    for (const Kind& kind : kKinds) {
      if (!(operation[kOp] == kind.op)) continue;
      if (!operation[kPath].is_string()) return Invalid("the operation has no path");
      WT_ASSIGN(Value changed, (this->*kind.apply)(operation, SplitPath(operation[kPath].AsString())));
      if (changed.depth() > kMaxResultDepth) return Invalid("the document would be nested too deeply");
      document_ = std::move(changed);
      return {};
    }
    return Invalid("the operation " + Quote(operation[kOp].AsString()) + " is unknown");
  }

  Value TakeDocument() { return std::move(document_); }

 private:
  // Nothing may become so deep that building it is refused.
  Status CheckDepth(const std::vector<std::string>& path, const Value& value) const {
    if (path.size() + static_cast<size_t>(value.depth()) <= static_cast<size_t>(kMaxResultDepth)) return {};
    return Invalid("the document would be nested too deeply");
  }

  Result<Value> AddAt(const Value& document, const std::vector<std::string>& path, const Value& value) {
    WT_RETURN_IF_ERROR(CheckDepth(path, value));
    return Update(document, path,
                  [&value](const Value& container, const std::string& key) { return AddTo(container, key, value); });
  }

  Result<Value> Add(const Value& operation, const std::vector<std::string>& path) {
    return AddAt(document_, path, operation[kValue]);
  }

  Result<Value> Remove(const Value&, const std::vector<std::string>& path) {
    return Update(document_, path, RemoveFrom);
  }

  Result<Value> Replace(const Value& operation, const std::vector<std::string>& path) {
    const Value& value = operation[kValue];
    if (operation[kPath].AsString().empty()) {
      if (!value.is_object() && !value.is_array()) return Invalid("a document is an object or a list");
      return KeepEqual(document_, value);
    }
    WT_RETURN_IF_ERROR(CheckDepth(path, value));
    return Update(document_, path, [&value](const Value& container, const std::string& key) {
      return ReplaceIn(container, key, value);
    });
  }

  Result<Value> Move(const Value& operation, const std::vector<std::string>& path) {
    if (!operation[kFrom].is_string()) return Invalid("the operation has no from");
    const std::vector<std::string> from = SplitPath(operation[kFrom].AsString());
    WT_ASSIGN(const Value value, Read(document_, from));
    // A missing key of an object moves as null (observed); a missing element failed above.
    const auto take = [](const Value& container, const std::string& key) -> Result<Value> {
      return container.is_object() ? Result<Value>(container.Without(std::string_view(key)))
                                   : RemoveFrom(container, key);
    };
    WT_ASSIGN(const Value without, Update(document_, from, take));
    return AddAt(without, path, value);
  }

  Result<Value> Copy(const Value& operation, const std::vector<std::string>& path) {
    if (!operation[kFrom].is_string()) return Invalid("the operation has no from");
    WT_ASSIGN(const Value value, Read(document_, SplitPath(operation[kFrom].AsString())));
    copied_bytes_ += WriteJson(value).size();
    if (copied_bytes_ > kMaxCopiedBytes)
      return Invalid("copying adds more than " + std::to_string(kMaxCopiedBytes) + " bytes");
    return AddAt(document_, path, value);
  }

  Result<Value> Test(const Value& operation, const std::vector<std::string>& path) {
    WT_ASSIGN(const Value value, Read(document_, path));
    if (!(value == operation[kValue])) return Invalid("the value is another one");
    return document_;
  }

  Value document_;
  size_t copied_bytes_ = 0;
};

}  // namespace

Result<Value> ApplyJsonPatch(const Value& document, const Value& patch) {
  if (patch.is_null()) return document;
  WT_RETURN_IF_ERROR(CheckShape(patch));
  Patcher patcher(document);
  for (size_t i = 0; i < patch.size(); ++i) {
    if (const Status status = patcher.Apply(patch[i]); !status.ok()) {
      const Value& operation = patch[i];
      return status.Wrap("operation " + std::to_string(i) + " (" + std::string(operation[kOp].AsString()) + " " +
                         Quote(operation[kPath].AsString()) + ")");
    }
  }
  return patcher.TakeDocument();
}

}  // namespace wavetank

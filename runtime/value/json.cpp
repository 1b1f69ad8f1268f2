#include "runtime/value/json.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "runtime/value/text_place.h"

namespace wavetank {
namespace {

// Why the reader itself stopped; the grammar's errors come through parse_error().
enum class Stop : uint8_t { kNone, kSyntax, kDepth, kRepeats };

// What hostile documents may cost by keys that stand twice: fields put together, and bytes of paths that are told.
constexpr size_t kMostMerged = size_t{1} << 20;
constexpr size_t kMostNoted = size_t{1} << 20;

// Builds Values bottom-up from nlohmann's events. Frames are reused, so that a document allocates little more than its
// nodes. Every refusal is a `return false`, which ends the parse; nothing throws.
class Reader {
 public:
  using number_integer_t = nlohmann::json::number_integer_t;
  using number_unsigned_t = nlohmann::json::number_unsigned_t;
  using number_float_t = nlohmann::json::number_float_t;
  using string_t = nlohmann::json::string_t;
  using binary_t = nlohmann::json::binary_t;

  Reader(int max_depth, std::vector<std::string>* duplicates) : max_depth_(max_depth), duplicates_(duplicates) {}

  bool null() { return Add(Value()); }
  bool boolean(bool value) { return Add(Value(value)); }
  bool number_integer(number_integer_t value) { return Add(Value(value)); }
  bool number_unsigned(number_unsigned_t value) { return Add(Value(value)); }
  bool number_float(number_float_t value, const string_t&) { return Add(Value(value)); }
  bool string(string_t& value) { return Add(Value(std::string_view(value))); }
  bool binary(binary_t&) { return false; }
  bool start_object(size_t) { return Open(true); }
  bool start_array(size_t) { return Open(false); }
  bool end_object() { return Close(); }
  bool end_array() { return Close(); }

  bool key(string_t& text) {
    Frame& frame = frames_[depth_ - 1];
    internal::StringNode* interned = internal::FindInterned(text);
    frame.key = interned != nullptr ? String::Adopt(interned) : String(std::string_view(text));
    if (duplicates_ == nullptr) return true;
    const auto [earlier, fresh] = frame.seen.try_emplace(text);
    frame.latest = &earlier->second;
    if (!fresh) NoteDuplicate();
    return true;
  }

  bool parse_error(size_t position, const std::string& last_token, const nlohmann::json::exception& error) {
    stop_ = Stop::kSyntax;
    position_ = position;
    last_token_ = last_token;
    message_ = error.what();
    return false;
  }

  Stop stop() const { return stop_; }
  size_t position() const { return position_; }
  const std::string& last_token() const { return last_token_; }
  const std::string& message() const { return message_; }
  Value TakeRoot() { return std::move(root_); }

 private:
  struct Frame {
    bool is_object = false;
    String key;  // of the field being read
    ObjectBuilder object;
    ArrayBuilder array;
    // Filled only when duplicates are asked for: what each key has so far, null for a new one; and that of the field being read.
    std::map<std::string, Value, std::less<>> seen;
    Value* latest = nullptr;
  };

  bool Open(bool is_object) {
    if (depth_ >= max_depth_) {
      stop_ = Stop::kDepth;
      return false;
    }
    if (frames_.size() == static_cast<size_t>(depth_)) frames_.emplace_back();
    frames_[depth_].is_object = is_object;
    frames_[depth_].seen.clear();
    frames_[depth_].latest = nullptr;
    ++depth_;
    return true;
  }

  bool Close() {
    Frame& frame = frames_[--depth_];
    return Add(frame.is_object ? frame.object.Build() : frame.array.Build());
  }

  bool Add(Value value) {
    if (depth_ == 0) {
      root_ = std::move(value);
      return true;
    }
    Frame& frame = frames_[depth_ - 1];
    if (frame.is_object) {
      if (frame.latest != nullptr) {
        value = Merged(*frame.latest, std::move(value));
        *frame.latest = value;
        if (stop_ == Stop::kRepeats) return false;
      }
      frame.object.Add(std::move(frame.key), std::move(value));
    } else {
      frame.array.Add(std::move(value));
    }
    return true;
  }

  // Go decodes a second object of the same key into the first one: what only the first has, stays. O(fields of both).
  Value Merged(const Value& earlier, Value later) {
    if (!earlier.is_object() || !later.is_object()) return later;
    merged_ += earlier.size() + later.size();
    if (merged_ > kMostMerged) {
      stop_ = Stop::kRepeats;
      return later;
    }
    ObjectBuilder both;
    for (const Field& field : earlier.fields()) both.Add(field.key, field.value);
    for (const Field& field : later.fields()) {
      const Value* old = earlier.Find(field.key.view());
      both.Add(field.key, old == nullptr ? field.value : Merged(*old, field.value));
    }
    return both.Build();
  }

  // "spec.containers[0].name", as the real server names fields; each path once, and no more than kMostNoted of them all.
  void NoteDuplicate() {
    if (noted_bytes_ > kMostNoted) return;
    std::string path;
    for (int i = 0; i < depth_; ++i) {
      const Frame& frame = frames_[i];
      if (frame.is_object) {
        if (!path.empty()) path += '.';
        path += frame.key.view();
      } else {
        path += '[' + std::to_string(frame.array.size()) + ']';
      }
    }
    noted_bytes_ += path.size() + 1;
    if (noted_.insert(path).second) duplicates_->push_back(std::move(path));
  }

  const int max_depth_;
  std::vector<std::string>* duplicates_;
  std::set<std::string, std::less<>> noted_;
  size_t noted_bytes_ = 0;
  size_t merged_ = 0;  // fields that were put together so far
  std::vector<Frame> frames_;
  int depth_ = 0;
  Value root_;
  Stop stop_ = Stop::kNone;
  size_t position_ = 0;
  std::string last_token_;
  std::string message_;
};

// The bracket that opens level `depth` + 1. The text up to there is known to be lexically sound.
size_t FindDepth(std::string_view text, int depth) {
  bool in_string = false;
  int level = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '{' || c == '[') {
      if (++level > depth) return i;
    } else if (c == '}' || c == ']') {
      --level;
    }
  }
  return text.size();
}

// "[json...] parse error at ...: syntax error while parsing value - unexpected '}'; expected '[', '{', or a literal"
// -> "unexpected '}', a value is expected".
std::string Reword(std::string_view message) {
  if (const size_t at = message.find("number overflow"); at != message.npos) return "a number is out of range";
  if (const size_t at = message.find(" - "); at != message.npos) message.remove_prefix(at + 3);
  std::string_view what = message;
  std::string_view expected;
  static constexpr std::string_view kExpected = "; expected ";
  if (const size_t at = message.rfind(kExpected); at != message.npos) {
    what = message.substr(0, at);
    expected = message.substr(at + kExpected.size());
  }
  if (const size_t at = what.find("; last read: "); at != what.npos) what = what.substr(0, at);
  std::string out(what);
  if (expected.starts_with("'[', '{'")) {
    out += ", a value is expected";
  } else if (!expected.empty()) {
    out += ", " + std::string(expected) + " is expected";
  }
  return out;
}

// The length of the token that the message complains about; 1 for brackets, bad bytes and the end of the text.
size_t BadTokenLength(const Reader& reader) {
  static constexpr std::pair<std::string_view, size_t> kWords[] = {
      {"unexpected true", 4}, {"unexpected null", 4}, {"unexpected false", 5}};
  for (const auto& [word, length] : kWords) {
    if (reader.message().find(word) != std::string::npos) return length;
  }
  for (const std::string_view kind : {"unexpected string", "unexpected number", "number overflow"}) {
    if (reader.message().find(kind) != std::string::npos) return reader.last_token().size();
  }
  return 1;
}

Status SyntaxError(std::string_view text, const Reader& reader) {
  // nlohmann's position counts the bytes read up to the end of the token, and the end of the text as one more.
  const size_t length = BadTokenLength(reader);
  const size_t offset = reader.position() >= length ? reader.position() - length : 0;
  return Status(Code::kInvalidArgument, PlaceOf(text, offset).Prefix() + Reword(reader.message()));
}

}  // namespace

Result<Value> ParseJson(std::string_view text, const ParseLimits& limits, std::vector<std::string>* duplicates) {
  if (text.size() > limits.max_bytes) {
    return Status(Code::kTooLarge, "the document has " + std::to_string(text.size()) + " bytes, the limit is " +
                                       std::to_string(limits.max_bytes));
  }
  if (text.starts_with("\xEF\xBB\xBF")) {
    return Status(Code::kInvalidArgument, "1:1: JSON does not begin with a byte order mark");
  }
  const int max_depth = std::clamp(limits.max_depth, 1, kMaxDepth - 1);
  Reader reader(max_depth, duplicates);
  if (nlohmann::json::sax_parse(text.data(), text.data() + text.size(), &reader)) return reader.TakeRoot();
  if (reader.stop() == Stop::kDepth) {
    return Status(Code::kInvalidArgument, PlaceOf(text, FindDepth(text, max_depth)).Prefix() + "nested deeper than " +
                                              std::to_string(max_depth) + " levels");
  }
  if (reader.stop() == Stop::kRepeats) {
    return Status(Code::kInvalidArgument, "too much stands under keys that occur more than once");
  }
  return SyntaxError(text, reader);
}

}  // namespace wavetank

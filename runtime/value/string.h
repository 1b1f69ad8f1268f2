// Immutable, reference-counted strings and interned field names: the words of a Value.
//
//   String name("frontend");          // 8 bytes; a copy is one increment
//   static const Name kSpec("spec");  // interned for ever: equality is one pointer comparison
//
// Ownership: counts are not atomic. A String belongs to one thread, as everything of a world does.
// Name is for words of a program and of the kind table. User data (label keys, file names) are Strings: interning them
// would let hostile input grow a table that is never emptied.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/base/hash.h"

namespace wavetank {
namespace internal {

inline constexpr uint32_t kImmortal = UINT32_MAX;

// The head of every shared node of a Value. 24 bytes.
struct Node {
  uint32_t refs = 1;
  uint8_t type;        // Value::Type
  uint8_t flags = 0;   // of an object: kHasUninterned, see value_node.h; of an interned string: its bit, 0..63
  uint16_t depth = 0;  // nesting below this node; bounded by kMaxDepth
  uint32_t size;       // bytes, elements or fields
  uint32_t mark = 0;   // see Value::mark()
  uint64_t hash = 0;   // 0: not computed yet
};

struct StringNode : Node {
  std::string_view view() const { return {reinterpret_cast<const char*>(this + 1), size}; }
};

inline constexpr uint8_t kStringType = 5;  // Value::Type::kString
// The one empty string: immortal and interned, there before anything else is.
inline constinit StringNode kEmptyString{{.refs = kImmortal, .type = kStringType, .size = 0}};

void Destroy(Node* node);
StringNode* MakeString(std::string_view text);

inline void Retain(Node* node) {
  if (node->refs != kImmortal) ++node->refs;
}
inline void Release(Node* node) {
  if (node->refs != kImmortal && --node->refs == 0) Destroy(node);
}
inline uint64_t HashOf(const StringNode* node) {
  if (node->hash == 0) const_cast<StringNode*>(node)->hash = HashBytes(node->view()) | 1;
  return node->hash;
}
inline bool Equal(const StringNode* a, const StringNode* b) {
  if (a == b) return true;
  if (a->size != b->size) return false;
  if (a->hash != 0 && b->hash != 0 && a->hash != b->hash) return false;
  return a->view() == b->view();
}

// A bounded-forever table: returns the immortal node of `text`, making it at the first call.
StringNode* Intern(std::string_view text);
// The immortal node of `text`, or null if nobody interned it.
StringNode* FindInterned(std::string_view text);

}  // namespace internal

// An interned field name. Trivially copyable; never freed. Make Names once, not in loops.
class Name {
 public:
  explicit Name(std::string_view text) : node_(internal::Intern(text)) {}
  std::string_view view() const { return node_->view(); }
  bool operator==(const Name&) const = default;
  uint64_t hash() const { return internal::HashOf(node_); }
  internal::StringNode* node() const { return node_; }

 private:
  internal::StringNode* node_;
};

class String {
 public:
  String() : node_(Empty()) {}
  String(std::string_view text)
      : node_(text.empty() ? Empty() : internal::MakeString(text)) {}  // NOLINT(google-explicit-constructor)
  String(const std::string& text) : String(std::string_view(text)) {}  // NOLINT(google-explicit-constructor)
  String(const char* text) : String(std::string_view(text)) {}         // NOLINT(google-explicit-constructor)
  String(Name name) : node_(name.node()) {}                            // NOLINT(google-explicit-constructor)
  String(const String& other) : node_(other.node_) { internal::Retain(node_); }
  String(String&& other) noexcept : node_(std::exchange(other.node_, Empty())) {}
  String& operator=(String other) noexcept {
    std::swap(node_, other.node_);
    return *this;
  }
  ~String() { internal::Release(node_); }

  std::string_view view() const { return node_->view(); }
  std::string str() const { return std::string(view()); }
  bool empty() const { return node_->size == 0; }
  size_t size() const { return node_->size; }
  uint64_t hash() const { return internal::HashOf(node_); }

  friend bool operator==(const String& a, const String& b) { return internal::Equal(a.node_, b.node_); }
  friend bool operator==(const String& a, std::string_view b) { return a.view() == b; }
  friend bool operator==(const String& a, const char* b) { return a.view() == b; }
  friend bool operator==(const String& a, const std::string& b) { return a.view() == b; }
  // Byte order.
  friend std::strong_ordering operator<=>(const String& a, const String& b) {
    if (a.node_ == b.node_) return std::strong_ordering::equal;
    return a.view() <=> b.view();
  }

  // Takes over / lends the reference; for runtime/value only.
  static String Adopt(internal::StringNode* node) { return String(node, 0); }
  internal::StringNode* node() const { return node_; }

 private:
  String(internal::StringNode* node, int) : node_(node) {}
  static internal::StringNode* Empty() { return &internal::kEmptyString; }
  internal::StringNode* node_;
};

}  // namespace wavetank

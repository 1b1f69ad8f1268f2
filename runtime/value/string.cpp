#include "runtime/value/string.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <vector>

#include "runtime/base/check.h"
#include "runtime/base/pool.h"
#include "runtime/value/value.h"

namespace wavetank::internal {

static_assert(kStringType == static_cast<uint8_t>(Value::Type::kString));

namespace {

// Never freed: Names of static storage may be read by destructors that run after everything else.
class InternTable {
 public:
  StringNode* Find(std::string_view text) const {
    if (text.empty()) return &kEmptyString;
    if (slots_.empty()) return nullptr;
    for (size_t i = HashBytes(text) & (slots_.size() - 1);; i = (i + 1) & (slots_.size() - 1)) {
      if (slots_[i] == nullptr || slots_[i]->view() == text) return slots_[i];
    }
  }
  StringNode* Insert(std::string_view text) {
    if (StringNode* found = Find(text); found != nullptr) return found;
    if ((count_ + 1) * 2 > slots_.size()) Grow();
    StringNode* node = MakeString(text);
    node->refs = kImmortal;
    node->flags = static_cast<uint8_t>(HashOf(node) >> 58);
    Place(node);
    ++count_;
    return node;
  }

 private:
  void Place(StringNode* node) {
    size_t i = HashBytes(node->view()) & (slots_.size() - 1);
    while (slots_[i] != nullptr) i = (i + 1) & (slots_.size() - 1);
    slots_[i] = node;
  }
  void Grow() {
    std::vector<StringNode*> old = std::move(slots_);
    slots_.assign(std::max<size_t>(4096, old.size() * 2), nullptr);
    for (StringNode* node : old) {
      if (node != nullptr) Place(node);
    }
  }
  std::vector<StringNode*> slots_;
  size_t count_ = 0;
};

InternTable& Interned() {
  static InternTable* table = new InternTable();
  return *table;
}

}  // namespace

StringNode* MakeString(std::string_view text) {
  WT_CHECK(text.size() < UINT32_MAX, "a string is longer than 4 GiB");
  auto* node = static_cast<StringNode*>(PoolAllocate(sizeof(StringNode) + text.size()));
  new (node) StringNode();
  node->type = kStringType;
  node->size = static_cast<uint32_t>(text.size());
  if (!text.empty()) std::memcpy(reinterpret_cast<char*>(node + 1), text.data(), text.size());
  return node;
}

StringNode* Intern(std::string_view text) { return Interned().Insert(text); }
StringNode* FindInterned(std::string_view text) { return Interned().Find(text); }

}  // namespace wavetank::internal

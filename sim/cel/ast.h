// What the parser makes: a flat array of nodes, children before parents. Macros are still ordinary calls here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "sim/cel/val.h"

namespace wavetank::cel {

enum class AstKind : uint8_t {
  kConstant,     // constant
  kIdentifier,   // text
  kSelect,       // child, text: the field
  kIndex,        // container, key
  kCall,         // arguments; text: the function
  kMethod,       // receiver, arguments; text: the function
  kList,         // elements
  kMap,          // key, value, key, value, ...
  kNot,          // child
  kNegate,       // child
  kArithmetic,   // left, right; operation: Arithmetic
  kRelation,     // left, right; operation: Relation
  kEqual,        // left, right
  kNotEqual,     // left, right
  kIn,           // element, container
  kAnd,          // two or more
  kOr,           // two or more
  kConditional,  // condition, then, else
};

struct AstNode {
  AstKind kind;
  uint8_t operation = 0;
  uint16_t height = 1;  // nodes on the longest way down
  uint32_t at = 0;      // byte in the expression, of the word or sign that says what this is
  uint32_t first_child = 0;
  uint32_t child_count = 0;
  std::string text;
  Val constant;
};

struct Ast {
  std::vector<AstNode> nodes;
  std::vector<uint32_t> children;
  uint32_t root = 0;

  const AstNode& operator[](uint32_t node) const { return nodes[node]; }
  std::span<const uint32_t> ChildrenOf(const AstNode& node) const {
    return std::span(children).subspan(node.first_child, node.child_count);
  }
  uint32_t Child(const AstNode& node, size_t index) const { return children[node.first_child + index]; }
};

}  // namespace wavetank::cel

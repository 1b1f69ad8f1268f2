// Protobuf's wire format: varints, tags, length-delimited fields. What they mean is said elsewhere (protobuf.h).
//
//   WireReader in(bytes);
//   while (!in.done()) {
//     WT_ASSIGN(const WireField field, in.Next());   // field.number, field.type, field.bytes or field.varint
//   }
//
// A reader looks into bytes that its caller keeps; fields are views into them. Errors name the offset from the start of the
// whole body ("offset 17: ..."): readers of nested messages know where they began. O(1) a field, no allocation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/base/status.h"

namespace wavetank {

enum class WireType : uint8_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kStartGroup = 3, kEndGroup = 4, kFixed32 = 5 };

struct WireField {
  uint32_t number = 0;
  WireType type = WireType::kVarint;
  uint64_t varint = 0;     // of kVarint, kFixed64, kFixed32: the bits
  std::string_view bytes;  // of kBytes
  size_t offset = 0;       // of the field's payload in the body, for complaints
};

class WireReader {
 public:
  explicit WireReader(std::string_view bytes, size_t offset = 0) : rest_(bytes), offset_(offset) {}
  bool done() const { return rest_.empty(); }
  // The next field. Groups, which no writer of ours or of Kubernetes makes, are skipped: they come back as kStartGroup.
  Result<WireField> Next();
  // A bare varint: the elements of a packed list.
  Result<uint64_t> Varint();
  size_t offset() const { return offset_; }

 private:
  Status Error(std::string_view what) const;
  Status Fixed(size_t size, uint64_t& bits);
  Status SkipGroup(uint32_t number);

  std::string_view rest_;
  size_t offset_;
};

// "offset 17: what".
Status WireError(size_t offset, std::string_view what);

void AppendVarint(uint64_t value, std::string& out);
void AppendTag(uint32_t number, WireType type, std::string& out);
void AppendBytes(uint32_t number, std::string_view bytes, std::string& out);

// A message or map entry inside a message: the tag at once, the length when the scope ends.
//   {
//     const NestedMessage nested(2, out);
//     AppendBytes(1, name, out);
//   }
class NestedMessage {
 public:
  NestedMessage(uint32_t number, std::string& out);
  NestedMessage(const NestedMessage&) = delete;
  NestedMessage& operator=(const NestedMessage&) = delete;
  ~NestedMessage();

 private:
  std::string& out_;
  size_t start_;
};

}  // namespace wavetank

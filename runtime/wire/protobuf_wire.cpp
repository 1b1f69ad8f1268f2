#include "runtime/wire/protobuf_wire.h"

namespace wavetank {
namespace {

constexpr int kMaxGroups = 100;  // levels of nested groups that are skipped
constexpr uint64_t kMaxNumber = (uint64_t{1} << 29) - 1;

}  // namespace

Status WireError(size_t offset, std::string_view what) {
  return Status(Code::kInvalidArgument, "offset " + std::to_string(offset) + ": " + std::string(what));
}

Status WireReader::Error(std::string_view what) const { return WireError(offset_, what); }

Result<uint64_t> WireReader::Varint() {
  uint64_t value = 0;
  for (size_t i = 0; i < rest_.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(rest_[i]);
    // The tenth byte holds one bit.
    if (i == 9 && byte > 1) return Error("a number of more than 64 bits");
    value |= static_cast<uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      rest_.remove_prefix(i + 1);
      offset_ += i + 1;
      return value;
    }
  }
  return Error("unexpected end of a number");
}

Status WireReader::Fixed(size_t size, uint64_t& bits) {
  if (rest_.size() < size) return Error("unexpected end of a number");
  bits = 0;
  for (size_t i = 0; i < size; ++i) bits |= static_cast<uint64_t>(static_cast<unsigned char>(rest_[i])) << (8 * i);
  rest_.remove_prefix(size);
  offset_ += size;
  return {};
}

Result<WireField> WireReader::Next() {
  const size_t start = offset_;
  WT_ASSIGN(const uint64_t tag, Varint());
  WireField field;
  if (tag >> 3 == 0 || tag >> 3 > kMaxNumber) return WireError(start, "illegal tag " + std::to_string(tag >> 3));
  field.number = static_cast<uint32_t>(tag >> 3);
  field.type = static_cast<WireType>(tag & 7);
  field.offset = offset_;
  switch (field.type) {
    case WireType::kVarint: {
      WT_ASSIGN(field.varint, Varint());
      break;
    }
    case WireType::kFixed64: WT_RETURN_IF_ERROR(Fixed(8, field.varint)); break;
    case WireType::kFixed32: WT_RETURN_IF_ERROR(Fixed(4, field.varint)); break;
    case WireType::kBytes: {
      WT_ASSIGN(const uint64_t size, Varint());
      if (size > rest_.size()) {
        return Error(std::to_string(size) + " bytes are announced and " + std::to_string(rest_.size()) + " are left");
      }
      field.offset = offset_;
      field.bytes = rest_.substr(0, size);
      rest_.remove_prefix(size);
      offset_ += size;
      break;
    }
    case WireType::kStartGroup: WT_RETURN_IF_ERROR(SkipGroup(field.number)); break;
    default: return WireError(start, "illegal wire type " + std::to_string(tag & 7));
  }
  return field;
}

Status WireReader::SkipGroup(uint32_t number) {
  uint32_t open[kMaxGroups] = {number};
  for (int depth = 1; depth > 0;) {
    const size_t start = offset_;
    WT_ASSIGN(const uint64_t tag, Varint());
    const auto inner = static_cast<uint32_t>(tag >> 3);
    uint64_t bits = 0;
    switch (static_cast<WireType>(tag & 7)) {
      case WireType::kVarint: WT_RETURN_IF_ERROR(Varint()); break;
      case WireType::kFixed64: WT_RETURN_IF_ERROR(Fixed(8, bits)); break;
      case WireType::kFixed32: WT_RETURN_IF_ERROR(Fixed(4, bits)); break;
      case WireType::kBytes: {
        WT_ASSIGN(const uint64_t size, Varint());
        if (size > rest_.size()) return Error("unexpected end of a group");
        rest_.remove_prefix(size);
        offset_ += size;
        break;
      }
      case WireType::kStartGroup:
        if (depth == kMaxGroups) return WireError(start, "too many nested groups");
        open[depth++] = inner;
        break;
      case WireType::kEndGroup:
        if (open[--depth] != inner) return WireError(start, "a group ends that did not begin");
        break;
      default: return WireError(start, "illegal wire type " + std::to_string(tag & 7));
    }
  }
  return {};
}

void AppendVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  out += static_cast<char>(value);
}

void AppendTag(uint32_t number, WireType type, std::string& out) {
  AppendVarint(uint64_t{number} << 3 | static_cast<uint64_t>(type), out);
}

void AppendBytes(uint32_t number, std::string_view bytes, std::string& out) {
  AppendTag(number, WireType::kBytes, out);
  AppendVarint(bytes.size(), out);
  out += bytes;
}

NestedMessage::NestedMessage(uint32_t number, std::string& out) : out_(out) {
  AppendTag(number, WireType::kBytes, out_);
  out_ += '\0';  // room for a length below 128
  start_ = out_.size();
}

NestedMessage::~NestedMessage() {
  const size_t size = out_.size() - start_;
  if (size < 0x80) {
    out_[start_ - 1] = static_cast<char>(size);
    return;
  }
  std::string length;
  AppendVarint(size, length);
  out_.replace(start_ - 1, 1, length);
}

}  // namespace wavetank

#include "sim/cel/pattern.h"

#include <re2/re2.h>

namespace wavetank::cel {
namespace {

constexpr int64_t kMaxPatternMemory = 1 << 20;

re2::StringPiece Piece(std::string_view text) { return re2::StringPiece(text.data(), text.size()); }

}  // namespace

Result<Pattern> Pattern::Compile(std::string_view text) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxPatternMemory);
  auto regex = std::make_shared<const re2::RE2>(Piece(text), options);
  if (!regex->ok()) {
    return Status(Code::kInvalidArgument, "invalid pattern \"" + std::string(text) + "\": " + regex->error());
  }
  return Pattern(std::move(regex));
}

bool Pattern::FullMatch(std::string_view text) const { return re2::RE2::FullMatch(Piece(text), *regex_); }

bool Pattern::Search(std::string_view text) const { return re2::RE2::PartialMatch(Piece(text), *regex_); }

std::optional<std::string_view> Pattern::Find(std::string_view text, size_t from) const {
  re2::StringPiece found;
  if (from > text.size()) return std::nullopt;
  if (!regex_->Match(Piece(text), from, text.size(), re2::RE2::UNANCHORED, &found, 1)) return std::nullopt;
  return text.substr(static_cast<size_t>(found.data() - text.data()), found.size());
}

uint64_t Pattern::Cost(std::string_view text) const {
  return (text.size() / 64 + 1) * (static_cast<uint64_t>(regex_->ProgramSize()) / 64 + 1);
}

uint64_t Pattern::CompilationCost() const { return 10 + static_cast<uint64_t>(regex_->ProgramSize()); }

const std::string& Pattern::text() const { return regex_->pattern(); }

}  // namespace wavetank::cel

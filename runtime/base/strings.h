// Small text helpers for messages.
//
//   Quote("a\nb")                                        -> "a\nb" in quotes, escaped as Go's %q does
//   Join({"a", "b"}, ", ")                               -> a, b
//   NearestName("replcas", {"replicas", "selector"})     -> replicas
//
// Pure functions; nothing is kept.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wavetank {

// Go's strconv.Quote: what the real server prints around names in its messages. Bytes that are not UTF-8 become \xff.
std::string Quote(std::string_view text);

// Appends `text` as a JSON string in the manner of Go's encoder: < > & U+2028 U+2029 are escaped, a byte that is not
// UTF-8 becomes \ufffd.
void AppendJsonString(std::string_view text, std::string& out);

std::string Join(std::span<const std::string_view> parts, std::string_view separator);
std::string Join(std::span<const std::string> parts, std::string_view separator);
inline std::string Join(std::initializer_list<std::string_view> parts, std::string_view separator) {
  return Join(std::span<const std::string_view>(parts.begin(), parts.size()), separator);
}

// The candidate a person most likely meant: the smallest edit distance (insert, delete, replace, swap of neighbours;
// letter case is free), at most a third of the length. Of equals the first. Empty when nothing is near.
std::string_view NearestName(std::string_view given, std::span<const std::string_view> candidates);
inline std::string_view NearestName(std::string_view given, std::initializer_list<std::string_view> candidates) {
  return NearestName(given, std::span<const std::string_view>(candidates.begin(), candidates.size()));
}
// ` (did you mean "replicas"?)`, or nothing.
std::string DidYouMean(std::string_view given, std::span<const std::string_view> candidates);

// The length in bytes of the well-formed UTF-8 character that starts at `at`, 0 when there is none. Overlong forms,
// surrogates and values beyond U+10FFFF are none. REQUIRES: at < text.size().
size_t Utf8Length(std::string_view text, size_t at);

}  // namespace wavetank

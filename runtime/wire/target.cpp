#include "runtime/wire/target.h"

#include <algorithm>
#include <optional>

namespace wavetank {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  c = Lower(c);
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Go's url.PathUnescape and QueryUnescape: nothing for a broken escape.
std::optional<std::string> Unescape(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 2 < text.size() ? HexDigit(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? HexDigit(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

}  // namespace

bool EqualNoCase(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string_view HeaderText(const HttpHeaders& headers, std::string_view name) {
  const std::string* found = FindHeader(headers, name);
  return found == nullptr ? std::string_view() : std::string_view(*found);
}

void AddHeader(HttpHeaders& headers, std::string_view name, std::string_view value) {
  headers.push_back({std::string(name), std::string(value)});
}

std::vector<std::string_view> AllHeaders(const HttpHeaders& headers, std::string_view name) {
  std::vector<std::string_view> values;
  for (const HttpHeader& header : headers) {
    if (EqualNoCase(header.name, name)) values.push_back(header.value);
  }
  return values;
}

const std::string* Query::Find(std::string_view name) const {
  for (const auto& [key, value] : pairs_) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::vector<std::string_view> Query::All(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const auto& [key, value] : pairs_) {
    if (key == name) values.push_back(value);
  }
  return values;
}

std::string Query::ToString() const {
  std::string out;
  for (const auto& [name, value] : pairs_) {
    if (!out.empty()) out += '&';
    out += PercentEncode(name) + '=' + PercentEncode(value);
  }
  return out;
}

Target SplitTarget(std::string_view target) {
  Target result;
  const size_t mark = target.find('?');
  const std::string_view raw = target.substr(0, mark);
  if (std::optional<std::string> path = Unescape(raw, false); path.has_value()) {
    result.path = *std::move(path);
  } else {
    result.path = raw;
    result.bad_path = true;
  }
  if (mark == std::string_view::npos) return result;
  for (std::string_view rest = target.substr(mark + 1); !rest.empty();) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty() || pair.find(';') != std::string_view::npos) continue;  // as Go does
    const size_t equals = pair.find('=');
    const std::optional<std::string> name = Unescape(pair.substr(0, equals), true);
    const std::optional<std::string> value =
        Unescape(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1), true);
    if (name.has_value() && value.has_value()) result.query.Add(*name, *value);
  }
  return result;
}

std::string PercentEncode(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  static constexpr std::string_view kPlain = "-._~";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    const bool plain = (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'z') || kPlain.find(c) != kPlain.npos;
    if (plain) {
      out.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back('%');
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
  }
  return out;
}

}  // namespace wavetank

// The parts of a request that HTTP leaves to its users: the target's path and query, and helpers for headers.
//
//   const Target target = SplitTarget("/api/v1/pods?limit=5");      // path "/api/v1/pods", query {limit: 5}
//   HeaderText(request.headers, "accept")                           // "" when there is none
//
// Pure functions; O(size).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/transport/http.h"

namespace wavetank {

// The first of that name; "" when there is none.
std::string_view HeaderText(const HttpHeaders& headers, std::string_view name);
// All values of that name, in order.
std::vector<std::string_view> AllHeaders(const HttpHeaders& headers, std::string_view name);

void AddHeader(HttpHeaders& headers, std::string_view name, std::string_view value);

bool EqualNoCase(std::string_view a, std::string_view b);  // ASCII only, as header names are

// A query in the order of its text; names may stand several times.
class Query {
 public:
  void Add(std::string_view name, std::string_view value) { pairs_.push_back({std::string(name), std::string(value)}); }
  const std::string* Find(std::string_view name) const;  // the first; null when absent
  std::vector<std::string_view> All(std::string_view name) const;
  std::span<const std::pair<std::string, std::string>> pairs() const { return pairs_; }
  // "a=1&b=x%20y", as it may follow a '?'.
  std::string ToString() const;

 private:
  std::vector<std::pair<std::string, std::string>> pairs_;
};

struct Target {
  std::string path;       // without escapes
  Query query;            // pairs with broken escapes are left out, as in the real server
  bool bad_path = false;  // a broken escape in the path: 400 before anything else
};
Target SplitTarget(std::string_view target);

// "a b/c" -> "a%20b%2Fc": one segment of a path, or a query's name or value.
std::string PercentEncode(std::string_view text);

}  // namespace wavetank

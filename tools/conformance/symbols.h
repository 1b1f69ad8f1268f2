// The values that a server chose in one case: bound at their first appearance, equal ever after.
//
//   Symbols symbols;
//   symbols.Bind("uid1", "3f6c...", "/metadata/uid");     // nothing, or what does not fit
//   std::string body = symbols.Fill(raw_json, context);   // a request with the values put in
//
// Versions of lists ("soft") may be newer than what was bound. Bound: symbols of one case.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/status.h"
#include "runtime/base/time.h"
#include "runtime/value/value.h"
#include "tools/conformance/pattern.h"

namespace wavetank::conformance {

// The first difference between what was recorded and what was found.
struct Mismatch {
  std::string at;  // a JSON pointer, or "status", "header x"
  std::string expected;
  std::string found;
};
using MaybeMismatch = std::optional<Mismatch>;

// What a request's symbols need beyond bound values.
struct FillContext {
  Time now;
  std::function<std::string(std::string_view path)> etag;  // asks the server
  std::string hook_url;                                    // "": there is no webhook server
};

class Symbols {
 public:
  MaybeMismatch Bind(std::string_view symbol, std::string_view value, std::string_view at, bool soft = false);
  const std::string* Find(std::string_view symbol) const;
  bool IsSoft(std::string_view symbol) const { return soft_.contains(std::string(symbol)); }
  // Every name symbol and what it stands for, the longest value first.
  std::vector<std::pair<std::string, std::string>> Names() const;

  // `expected` has symbols in it.
  MaybeMismatch MatchText(std::string_view expected, const Value& found, std::string_view at, bool soft);
  // With what is bound put in.
  std::string Known(std::string_view text) const;

  // A text of a request. The error names the symbol that nothing is known of.
  Result<std::string> FillText(std::string_view text, const FillContext& context);
  // A whole body as JSON text, in the order and manner of the recorder.
  Result<std::string> FillJson(std::string_view raw, const FillContext& context);

  // Remembers the times that the server gave, by object and place: they come back in requests.
  void NoteTimes(const Value& document);
  void KeepTimes(bool keep) { keep_times_ = keep; }

  using State = std::pair<std::map<std::string, std::string>, std::set<std::string>>;
  State Save() const { return {bound_, soft_}; }
  void Restore(State state) { std::tie(bound_, soft_) = std::move(state); }

 private:
  struct Place {
    std::string at;
    std::vector<std::string> objects;  // uid and name around it
    bool in_object = false;
  };
  Result<std::string> Fill(std::string_view text, const FillContext& context, const Place* place);
  Status Append(std::string_view raw, const FillContext& context, Place place, std::string& out);
  Place Enter(std::string_view raw_object, Place place) const;
  std::string TimeAt(const Place* place, bool micro, Time now) const;
  void Note(const Value& value, const std::string& at, const std::vector<std::string>& objects);

  std::map<std::string, std::string> bound_;
  std::set<std::string> soft_;
  std::map<std::pair<std::string, std::string>, std::string> times_;  // (object, place); "" is any object
  bool keep_times_ = false;
};

}  // namespace wavetank::conformance

// Options of client calls. Classes with constructors, so that they stand in a co_await without braces (spec cpp.md B6).
//
//   co_await client.List<Pod>(InNamespace("default").MatchingLabels(rs.spec()["selector"]["matchLabels"]));
//   co_await client.Delete(pod, DeleteOptions().WithUid(pod.uid()));
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "runtime/api/object.h"
#include "runtime/base/pool.h"
#include "runtime/transport/request.h"

namespace wavetank {

// What to list, watch or delete. Reads from a cache and requests are made of the same options.
class ListOptionsBuilder {
 public:
  using Fields = std::vector<Field, PoolAllocator<Field>>;

  ListOptionsBuilder() = default;

  // Empty: all namespaces.
  ListOptionsBuilder& InNamespace(String ns) {
    ns_ = std::move(ns);
    return *this;
  }
  // `labels` is an object of strings, e.g. a selector's matchLabels; null selects everything.
  ListOptionsBuilder& MatchingLabels(const Value& labels);
  ListOptionsBuilder& MatchingLabels(const std::map<std::string, std::string>& labels);
  ListOptionsBuilder& MatchingLabel(String key, String value) {
    labels_.push_back({std::move(key), Value(std::move(value))});
    return *this;
  }
  // A selector as text: "app in (a, b), !canary". Added to the labels above.
  ListOptionsBuilder& MatchingSelector(String text) {
    selector_ = std::move(text);
    return *this;
  }
  // On the server: the field selector `field=value`. In a cache: the index of that name (RT-236).
  ListOptionsBuilder& MatchingField(String field, String value) {
    fields_.push_back({std::move(field), Value(std::move(value))});
    return *this;
  }
  // A field selector as text, for the server only.
  ListOptionsBuilder& MatchingFieldSelector(String text) {
    field_selector_ = std::move(text);
    return *this;
  }
  // Fetch in pages of so many and put them together (RT-165). Nothing to a cache.
  ListOptionsBuilder& PageSize(int64_t limit) {
    page_size_ = limit;
    return *this;
  }
  // One page only: the answer's continue_token leads to the next. A cache truncates and cannot continue (RT-236).
  ListOptionsBuilder& OnePage(int64_t limit, String continue_token = {}) {
    page_size_ = limit;
    one_page_ = true;
    continue_token_ = std::move(continue_token);
    return *this;
  }
  // "0": whatever a server has; "N": not older than N (API-287).
  ListOptionsBuilder& AtResourceVersion(String version, String match = {}) {
    resource_version_ = std::move(version);
    resource_version_match_ = std::move(match);
    return *this;
  }
  // Of a watch.
  ListOptionsBuilder& TimeoutSeconds(int64_t seconds) {
    timeout_seconds_ = seconds;
    return *this;
  }
  ListOptionsBuilder& AllowBookmarks() {
    allow_bookmarks_ = true;
    return *this;
  }
  ListOptionsBuilder& SendInitialEvents() {
    send_initial_events_ = true;
    return *this;
  }

  const String& ns() const { return ns_; }
  const Fields& labels() const { return labels_; }
  const String& selector() const { return selector_; }
  const Fields& fields() const { return fields_; }
  const String& field_selector() const { return field_selector_; }
  int64_t page_size() const { return page_size_; }
  bool one_page() const { return one_page_; }
  const String& continue_token() const { return continue_token_; }
  const String& resource_version() const { return resource_version_; }

  // The query of a request. O(text).
  ListOptions ToQuery() const;
  // No label, selector or field restricts the list.
  bool selects_all() const {
    return labels_.empty() && selector_.empty() && fields_.empty() && field_selector_.empty();
  }

 private:
  String ns_;
  Fields labels_;
  String selector_;
  Fields fields_;
  String field_selector_;
  int64_t page_size_ = 0;
  bool one_page_ = false;
  bool allow_bookmarks_ = false;
  bool send_initial_events_ = false;
  int64_t timeout_seconds_ = 0;
  String continue_token_;
  String resource_version_;
  String resource_version_match_;
};

inline ListOptionsBuilder InNamespace(String ns) { return ListOptionsBuilder().InNamespace(std::move(ns)); }
inline ListOptionsBuilder MatchingLabels(const Value& labels) { return ListOptionsBuilder().MatchingLabels(labels); }

class GetOptions {
 public:
  GetOptions() = default;
  GetOptions& AtResourceVersion(String version) {
    resource_version_ = std::move(version);
    return *this;
  }
  const String& resource_version() const { return resource_version_; }

 private:
  String resource_version_;
};

// Of create, update and patch.
class WriteOptions {
 public:
  WriteOptions() = default;
  WriteOptions& DryRun() {
    dry_run_ = true;
    return *this;
  }
  // Of server-side apply: take over fields that others own.
  WriteOptions& Force() {
    force_ = true;
    return *this;
  }
  WriteOptions& FieldManager(String name) {
    field_manager_ = std::move(name);
    return *this;
  }
  bool dry_run() const { return dry_run_; }
  bool force() const { return force_; }
  const String& field_manager() const { return field_manager_; }

 private:
  bool dry_run_ = false;
  bool force_ = false;
  String field_manager_;
};

// RT-243. An empty one sends no body options at all, as the real ReplicaSet controller does.
class DeleteOptions {
 public:
  DeleteOptions() = default;
  // Delete this very object, not one of the same name that came after it.
  DeleteOptions& WithUid(String uid) {
    uid_ = std::move(uid);
    return *this;
  }
  DeleteOptions& WithResourceVersion(String version) {
    resource_version_ = std::move(version);
    return *this;
  }
  DeleteOptions& GracePeriodSeconds(int64_t seconds) {
    grace_ = seconds;
    return *this;
  }
  // "Foreground", "Background", "Orphan".
  DeleteOptions& Propagation(String policy) {
    propagation_ = std::move(policy);
    return *this;
  }
  DeleteOptions& DryRun() {
    dry_run_ = true;
    return *this;
  }
  bool dry_run() const { return dry_run_; }
  // The DeleteOptions document; null when nothing is set.
  Value ToBody() const;

 private:
  String uid_;
  String resource_version_;
  std::optional<int64_t> grace_;
  String propagation_;
  bool dry_run_ = false;
};

}  // namespace wavetank

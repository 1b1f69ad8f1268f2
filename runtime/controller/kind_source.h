// KindSource: the objects of one kind, through the cache's shared informer (RT-090..092).
//
// Start ends at once. WaitForSync makes the informer (two controllers of one kind share it, RT-085), and while the kind is
// unknown, because its CRD is not installed yet, tries again every ten seconds; the controller's cache sync timeout bounds
// that. It ends when the informer is synced and everything in it was handed to the handler.
//
// Ownership: the informer owns the adapter that hears it; adapter and source know each other and part when either dies, so
// that a controller and its cache may be destroyed in any order.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "runtime/cache/cache.h"
#include "runtime/controller/source.h"

namespace wavetank {

class KindSource final : public Source {
 public:
  static constexpr Duration kRetry = std::chrono::seconds(10);

  // `cache` outlives the source's tasks.
  KindSource(Cache* cache, Gvk kind, Handler handler, std::vector<Predicate> predicates = {});
  ~KindSource() override;

  std::string Describe() const override;
  Task<Status> Start(SourceScope* scope) override;
  Task<Status> WaitForSync() override;

 private:
  class Adapter;
  void Deliver(const ObjectEvent& event);
  // "Pod updated", interned: static text for the queue (RT-352).
  const char* ReasonFor(const ObjectEvent& event);

  Cache* const cache_;
  const Gvk kind_;
  const Handler handler_;
  const std::vector<Predicate> predicates_;
  SourceScope* scope_ = nullptr;
  Adapter* adapter_ = nullptr;  // in the informer
  std::array<const char*, 5> reasons_{};
};

}  // namespace wavetank

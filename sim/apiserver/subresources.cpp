#include "sim/apiserver/subresources.h"

#include "sim/apiserver/words.h"

namespace wavetank::sim {
namespace {

constexpr SubresourceRow kRows[] = {
    {.name = "status", .merge = MergeStatus},
    {.name = "finalize", .merge = MergeFinalizers},
    {.name = "scale", .get = GetScale, .update = UpdateScale},
    {.name = "binding", .create = Bind},
    {.name = "eviction", .create = Evict},
    {.name = "token", .create = RequestToken},
    {.name = "approval", .merge = MergeApproval},
    {.name = "ephemeralcontainers", .merge = MergeEphemeralContainers, .bumps_generation = true},
    {.name = "resize", .merge = MergeResize, .bumps_generation = true},
    {.name = "log", .connect = ReadLog},
    {.name = "exec", .connect = ReachContainer},
    {.name = "attach", .connect = ReachContainer},
    {.name = "portforward", .connect = ForwardPorts},
    {.name = "proxy", .connect = ReachThrough},
};

}  // namespace

const SubresourceRow* FindSubresourceRow(std::string_view name) {
  for (const SubresourceRow& row : kRows) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace wavetank::sim

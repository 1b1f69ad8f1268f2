// The table "line of the tutorial -> ours" is true: its right column is the program, and the program says what the original
// says.
#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "examples/podcount/published/podcount.h"
#include "runtime/api/apps_v1.h"
#include "runtime/api/core_v1.h"
#include "runtime/value/yaml.h"
#include "sim/kernel/strategies.h"
#include "sim/scenario/world.h"

namespace wavetank::examples {
namespace {

using apps_v1::ReplicaSet;
using core_v1::Pod;
using ::testing::Contains;
using ::testing::HasSubstr;

std::vector<std::string> LinesOf(const std::string& path) {
  std::ifstream file(std::string(WAVETANK_SOURCE_DIR) + "/" + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    line.erase(0, line.find_first_not_of(' '));
    lines.push_back(line);
  }
  return lines;
}

// The code in the last column of a row: | `go` | `c++` |
std::string LastCell(const std::string& row) {
  constexpr std::string_view kOpen = "| `";
  constexpr std::string_view kClose = "` |";
  const size_t begin = row.rfind(kOpen);
  if (begin == std::string::npos || !row.ends_with(kClose)) return "";
  return row.substr(begin + kOpen.size(), row.size() - begin - kOpen.size() - kClose.size());
}

// A table of this heading, as a document shows it. The README of the project may show the same one.
size_t CheckTable(const std::string& document) {
  std::vector<std::string> program = LinesOf("examples/podcount/published/podcount.cpp");
  for (std::string& line : LinesOf("examples/podcount/published/podcount.h")) program.push_back(std::move(line));
  size_t rows = 0;
  bool inside = false;
  for (const std::string& line : LinesOf(document)) {
    if (line.starts_with("| the tutorial, in Go | here |")) {
      inside = true;
    } else if (inside && line.starts_with("| --- |")) {
      continue;
    } else if (inside && line.starts_with("|")) {
      EXPECT_THAT(program, Contains(LastCell(line))) << document << ": " << line;
      ++rows;
    } else {
      inside = false;
    }
  }
  return rows;
}

constexpr std::string_view kFrontend = R"(
apiVersion: apps/v1
kind: ReplicaSet
metadata: {name: frontend, namespace: default, labels: {app: guestbook, tier: frontend}}
spec:
  replicas: 3
  selector: {matchLabels: {tier: frontend}}
  template:
    metadata: {labels: {tier: frontend}}
    spec:
      containers: [{name: php-redis, image: "gb-frontend:v5"}]
)";

Pod NewPod(const ReplicaSet& owner, const std::string& name) {
  Pod pod = Pod::New("default", name);
  pod.set_label("tier", "frontend");
  pod.set_spec(owner.spec().template_().spec());
  pod.edit_metadata([&](auto& metadata) {
    metadata.set_owner_references({meta_v1::OwnerReference()
                                       .set_api_version("apps/v1")
                                       .set_kind("ReplicaSet")
                                       .set_name(owner.name())
                                       .set_uid(owner.uid())
                                       .set_controller(true)});
  });
  return pod;
}

TEST(Tutorial, EveryLineOfTheTableIsInTheProgram) {
  EXPECT_GE(CheckTable("examples/podcount/README.md"), 20u);
  CheckTable("README.md");
}

TEST(Tutorial, SaysWhatTheOriginalSays) {
  auto logs = std::make_shared<MemorySink>();
  sim::RandomWalk walk(1);
  sim::World world(sim::NewCluster(), walk, {.seed = 1, .logs = logs});
  world.AddProcess("podcount", RunPublishedPodCount);
  world.Start();

  auto documents = ParseYamlValues(kFrontend);
  ASSERT_TRUE(documents.ok());
  auto frontend = world.Run(world.client().Create(ReplicaSet::FromValue(documents->front())));
  ASSERT_TRUE(frontend.ok()) << frontend.status().ToString();
  for (const char* name : {"frontend-a", "frontend-b", "frontend-c"}) {
    auto pod = world.Run(world.client().Create(NewPod(*frontend, name)));
    ASSERT_TRUE(pod.ok()) << pod.status().ToString();
  }
  EXPECT_EQ(world.kernel().RunUntilQuiet(), sim::Kernel::Stop::kQuiet);

  EXPECT_THAT(logs->lines(), Contains(HasSubstr("builder-examples: Reconcile: default/frontend")));
  EXPECT_THAT(logs->lines(), Contains(HasSubstr("builder-examples: Reconcile: pod num 3")));
  auto counted = world.Run(world.client().Get<ReplicaSet>(frontend->key()));
  ASSERT_TRUE(counted.ok());
  EXPECT_EQ(counted->labels()["pod-count"], "3");
}

}  // namespace
}  // namespace wavetank::examples

#include "tools/tidy/documents.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace wavetank::tidy {
namespace {

class DocumentsTest : public ::testing::Test {
 protected:
  std::string Snippets(const std::string& text) { return Report(CheckSnippets(SourceFile("docs/a.md", text), index_)); }
  std::string Links(const std::string& text) {
    return Report(CheckDocumentLinks(SourceFile("docs/a.md", text), index_));
  }

  std::vector<SourceFile> files_ = {SourceFile("sim/x.cpp", "void F() {\n  int a;\n\n  int b;\n}\n"),
                                    SourceFile("docs/b.md", "")};
  FileIndex index_ = IndexOf(files_);
};

TEST_F(DocumentsTest, ABlockStandsInItsFile) {
  EXPECT_EQ(Snippets("Text.\n<!-- from sim/x.cpp -->\n```cpp\nint a;\n\nint b;\n```\n"), "");
  EXPECT_EQ(Snippets("```cpp\nnot checked;\n```\n"), "");
}

TEST_F(DocumentsTest, ABlockThatHasDriftedIsFound) {
  EXPECT_EQ(Snippets("<!-- from sim/x.cpp -->\n```cpp\nint a;\nint b;\n```\n"),
            "docs/a.md:1: the block below is not in sim/x.cpp; copy it from there again\n");
  EXPECT_EQ(Snippets("<!-- from sim/y.cpp -->\n```cpp\nint a;\n```\n"), "docs/a.md:1: there is no file sim/y.cpp\n");
  EXPECT_EQ(Snippets("<!-- from sim/x.cpp -->\n\n```cpp\nint a;\n```\n"),
            "docs/a.md:1: a fenced block must follow on the next line\n");
}

TEST_F(DocumentsTest, LinksLeadSomewhere) {
  EXPECT_EQ(
      Links("[b](b.md) [x](../sim/x.cpp#L3) [sim](../sim) [here](#there) [web](https://example.com/x) `[x](int y)`"),
      "");
  EXPECT_EQ(Links("```\n[b](c.md)\n```\n"), "");
  EXPECT_EQ(Links("\n[b](c.md)"), "docs/a.md:2: the link leads nowhere: c.md\n");
}

TEST(RepositoryDocumentsTest, SnippetsAndLinksAreTrue) {
  const std::vector<SourceFile> files = ReadTree(WAVETANK_SOURCE_DIR);
  const FileIndex index = IndexOf(files);
  for (const SourceFile& file : files) {
    EXPECT_EQ(Report(CheckSnippets(file, index)), "");
    EXPECT_EQ(Report(CheckDocumentLinks(file, index)), "");
  }
}

}  // namespace
}  // namespace wavetank::tidy

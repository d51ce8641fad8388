// Ownership and permissions of plugin files. Other owners are played by rules that trust nobody, so that the
// tests need no second user.
#include "plugin/trust.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "plugin_test.hpp"

namespace lapack_ai::core {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

class TrustTest : public PluginTest {
  protected:
    TrustTest() : file(write("plugin.so", "x")) {
        ::chmod(file.c_str(), 0644);
        rules = TrustRules::of_process();
        rules.is_private_group = [](gid_t, uid_t) { return false; };
    }
    std::string file;
    TrustRules rules;
};

TEST_F(TrustTest, AcceptsOurOwnAndTheSystemsFiles) {
    EXPECT_EQ(distrust(file), "");
    EXPECT_EQ(distrust("/bin/sh"), "");
}

TEST_F(TrustTest, RefusesWhatOthersCanWriteAndSaysHowToMendIt) {
    ::chmod(file.c_str(), 0666);
    EXPECT_THAT(distrust(file), EndsWith("mend with: chmod go-w '" + file + "'"));
    ::chmod(file.c_str(), 0664);
    EXPECT_THAT(distrust(file, rules), EndsWith("mend with: chmod g-w '" + file + "'"));
    ::chmod(file.c_str(), 0644);
    ::chmod(folder.c_str(), 0777);
    EXPECT_EQ(distrust(file),
              "its folder " + folder + " is writable by everyone; mend with: chmod go-w '" + folder + "'");
    ::chmod(folder.c_str(), 01777);  // like /tmp, which nobody should be told to close
    EXPECT_THAT(distrust(file), EndsWith("mend by moving the file into a folder that only you can write"));
    ::chmod(folder.c_str(), 0770);
    EXPECT_THAT(distrust(file, rules), EndsWith("chmod g-w '" + folder + "'"));
}

TEST_F(TrustTest, AcceptsTheOwnersPrivateGroup) {
    ::chmod(file.c_str(), 0664);
    ::chmod(folder.c_str(), 0775);
    rules.is_private_group = [](gid_t group, uid_t owner) {
        return group == ::getegid() && owner == ::geteuid();
    };
    EXPECT_EQ(distrust(file, rules), "");
}

TEST_F(TrustTest, RefusesOtherOwners) {
    rules.owners = {::geteuid() + 1};
    EXPECT_THAT(distrust(file, rules), HasSubstr("the file belongs to user"));
    EXPECT_THAT(distrust(file, rules), HasSubstr("mend with: chown"));
}

TEST_F(TrustTest, JudgesWhereALinkLeads) {
    ::mkdir((folder + "/open").c_str(), 0755);
    ::chmod((folder + "/open").c_str(), 0777);
    const std::string target = write("open/plugin.so", "x");
    const std::string link = folder + "/link.so";
    ASSERT_EQ(::symlink(target.c_str(), link.c_str()), 0);
    EXPECT_THAT(distrust(link), HasSubstr("chmod go-w '" + folder + "/open'"));
    EXPECT_NE(distrust(folder + "/open/../open/plugin.so"), "");
    ASSERT_EQ(::symlink("nowhere", (folder + "/dangling.so").c_str()), 0);
    EXPECT_THAT(distrust(folder + "/dangling.so"), HasSubstr("No such file"));
}

TEST_F(TrustTest, RefusesRelativePaths) {
    EXPECT_THAT(distrust("plugin.so"), HasSubstr("not an absolute path"));
    EXPECT_THAT(distrust("./plugin.so"), HasSubstr("not an absolute path"));
    EXPECT_THAT(distrust(""), HasSubstr("not an absolute path"));
}

}  // namespace
}  // namespace lapack_ai::core

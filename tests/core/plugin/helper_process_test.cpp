// The helper runner against programs that misbehave, written in shell.
#include "plugin/helper_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <cstdlib>

#include "plugin_test.hpp"

namespace lapack_ai::core {
namespace {

using std::chrono::duration;
using testing::HasSubstr;

class HelperProcessTest : public PluginTest {
  protected:
    HelperRun run(const std::string &body, double seconds = 60, const std::string &input = "") {
        return run_helper(script("helper", body), {"first", "second argument"}, input,
                          duration<double>(seconds));
    }
};

TEST_F(HelperProcessTest, PassesInputAndArgumentsAndReturnsTheAnswer) {
    const HelperRun done =
        run("cat >&3; echo \"$1|$2\" >&3; echo oops >&2; echo ignored; exit 3", 60, "question\n");
    EXPECT_TRUE(done.started);
    EXPECT_FALSE(done.timed_out);
    EXPECT_EQ(done.exit_code, 3);
    EXPECT_EQ(done.signal, 0);
    EXPECT_EQ(done.answer, "question\nfirst|second argument\n");
    EXPECT_EQ(done.error, "oops\n");
}

TEST_F(HelperProcessTest, ReportsSignals) {
    EXPECT_EQ(run("kill -SEGV $$").signal, SIGSEGV);
    EXPECT_EQ(run("kill -KILL $$").signal, SIGKILL);
}

TEST_F(HelperProcessTest, StopsWhatTakesTooLong) {
    const HelperRun done = run("trap '' TERM; echo begun >&3; while :; do sleep 1; done", 0.3);
    EXPECT_TRUE(done.timed_out);
    EXPECT_EQ(done.answer, "begun\n");
}

TEST_F(HelperProcessTest, DoesNotWaitForWhatIsLeftBehind) {
    // The grandchild holds the pipes open; its end is not ours to wait for.
    const HelperRun done = run("sleep 600 & echo ok >&3; exit 0");
    EXPECT_FALSE(done.timed_out);
    EXPECT_EQ(done.answer, "ok\n");
}

TEST_F(HelperProcessTest, TakesAnyAmountOfOutputAndKeepsTheHead) {
    const HelperRun done = run("head -c 1000000 /dev/zero | tr '\\0' x >&3; head -c 1000000 /dev/zero >&2");
    EXPECT_EQ(done.exit_code, 0);
    EXPECT_EQ(done.answer.size(), 65536u);
    EXPECT_EQ(done.error.size(), 4096u);
    EXPECT_EQ(run("wc -c >&3", 60, std::string(3'000'000, 'x')).answer, "3000000\n");
}

TEST_F(HelperProcessTest, StartsFromACleanEnvironment) {
    ASSERT_EQ(::setenv("LD_PRELOAD", "/nonexistent.so", 1), 0);
    ::signal(SIGPIPE, SIG_IGN);
    const int leak = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
    const HelperRun done = run("echo \"${LD_PRELOAD:-none}\" >&3; ls /proc/self/fd | wc -l >&3");
    ::close(leak);
    ::signal(SIGPIPE, SIG_DFL);
    ::unsetenv("LD_PRELOAD");
    // 0 to 3, and the one with which ls reads the folder.
    EXPECT_EQ(done.answer, "none\n5\n");
    EXPECT_EQ(done.error, "");
}

TEST_F(HelperProcessTest, WorksInAHostThatIgnoresItsChildren) {
    ::signal(SIGCHLD, SIG_IGN);
    const HelperRun done = run("echo ok >&3; exit 5");
    ::signal(SIGCHLD, SIG_DFL);
    EXPECT_EQ(done.answer, "ok\n");
    EXPECT_EQ(done.exit_code, -1);  // the kernel told nobody
}

TEST_F(HelperProcessTest, SaysWhyItCouldNotStart) {
    const HelperRun done = run_helper(folder + "/none", {}, "", duration<double>(1));
    EXPECT_FALSE(done.started);
    EXPECT_THAT(done.error, HasSubstr("No such file"));
}

}  // namespace
}  // namespace lapack_ai::core

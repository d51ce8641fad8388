// A call with the diagnostics plugin around it, as core makes it: preflight, a CPU backend, finish.
#pragma once

#include <cmath>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "lapack_ai/abi/enhancer.h"
#include "lapack_ai/abi/ops.h"
#include "support/plugin_fixture.hpp"

namespace lapack_ai::diagnostics::test {

using sdk::CallBuilder;

// What came of a call. Strings of the diagnosis live as long as the Enhanced that made it.
struct Verdict {
    bool ran = false;
    lai_result result{};
    lai_diagnosis d{};

    std::string category() const { return d.severity == 0 ? "" : d.category; }
    // Everything a user would read, line by line.
    std::string text() const {
        if (d.severity == 0) return "";
        std::string all = std::string(d.semantic_message) + "\n" + d.detail + "\n";
        for (std::uint32_t i = 0; i < d.action_count; ++i) all += std::string(d.actions[i].text) + "\n";
        return all;
    }
    bool says(const std::string &part) const { return text().find(part) != std::string::npos; }
    std::vector<std::int64_t> named() const { return {d.named, d.named + d.named_count}; }
};

class Enhanced {
  public:
    explicit Enhanced(const std::string &backend, const std::string &options = "{}") {
        host_.options = options;
        host_.on_invoke = [this](const lai_call &, lai_result &) -> lai_status {
            ++nested_;
            return LAI_DECLINED;
        };
        backend_ = std::make_unique<lapack_ai::test::TestPlugin>(backend, backend_host_);
        plugin_ = std::make_unique<lapack_ai::test::TestPlugin>(DIAGNOSTICS_PLUGIN, host_);
        enhancer_ = static_cast<const lai_enhancer *>(plugin_->entry().get_extension(LAI_ROLE_ENHANCER));
    }

    Verdict run(CallBuilder &call) {
        Verdict v;
        v.d = blank();
        v.result.size = sizeof v.result;
        void *state = nullptr;
        if (enhancer_->preflight(enhancer_->self, &call.call(), &state, &v.d) != LAI_OK) return v;
        v.ran = true;
        ++executed_;
        const lai_status status = backend_->execute(call, v.result);
        if (status != LAI_OK)
            throw std::runtime_error(v.result.detail != nullptr ? v.result.detail : "status");
        enhancer_->finish(enhancer_->self, &call.call(), &v.result, state, &v.d);
        return v;
    }

    const lai_enhancer &enhancer() const { return *enhancer_; }
    const lapack_ai::test::TestHost &host() const { return host_; }
    // Calls that the backend got, and nested ones that the plugin asked the host for.
    int executed() const { return executed_; }
    int nested() const { return nested_; }
    void unload() { plugin_.reset(); }

    // Solves A x = b; A and b are overwritten. Column-major n x n.
    template <class T>
    Verdict gesv(std::vector<T> &A, std::vector<T> &b, char trans = 'N',
                 std::uint32_t layout = LAI_LAYOUT_COL, std::uint32_t language = LAI_LANGUAGE_INHERIT) {
        const auto n = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(A.size()))));
        std::vector<std::int64_t> ipiv(n);
        CallBuilder call(LAI_OP_GESV, sdk::dtype_of<T>);
        call.dims(n, static_cast<std::int64_t>(b.size()) / n).flags(trans);
        call.matrix(sdk::MatrixView<T>{A.data(), n, n, n}).indices(ipiv.data(), n);
        call.matrix(sdk::MatrixView<T>{b.data(), n, static_cast<std::int64_t>(b.size()) / n, n});
        call.call().layout = layout;
        call.call().language = language;
        return run(call);
    }
    Verdict getrf(std::vector<double> &A, std::int64_t m, std::int64_t n) {
        std::vector<std::int64_t> ipiv(std::min(m, n));
        CallBuilder call(LAI_OP_GETRF, LAI_DTYPE_F64);
        call.dims(m, n).matrix(sdk::MatrixView<double>{A.data(), m, n, m});
        call.indices(ipiv.data(), std::min(m, n));
        return run(call);
    }
    template <class T>
    Verdict potrf(std::vector<T> &A, char uplo) {
        const auto n = static_cast<std::int64_t>(std::lround(std::sqrt(static_cast<double>(A.size()))));
        CallBuilder call(LAI_OP_POTRF, sdk::dtype_of<T>);
        call.dims(n).flags(uplo).matrix(sdk::MatrixView<T>{A.data(), n, n, n});
        return run(call);
    }
    Verdict gels(std::vector<double> &A, std::int64_t m, std::int64_t n, std::vector<double> &b) {
        CallBuilder call(LAI_OP_GELS, LAI_DTYPE_F64);
        call.dims(m, n, std::int64_t{1}).flags('N');
        call.matrix(sdk::MatrixView<double>{A.data(), m, n, m});
        call.matrix(sdk::MatrixView<double>{b.data(), std::max(m, n), 1, std::max(m, n)});
        return run(call);
    }
    Verdict gesvd(std::vector<double> &A, std::int64_t n, char job) {
        std::vector<double> s(n), u(n * n), vt(n * n);
        CallBuilder call(LAI_OP_GESVD, LAI_DTYPE_F64);
        call.dims(n, n).flags(job, job);
        call.matrix(sdk::MatrixView<double>{A.data(), n, n, n}).operand(LAI_DTYPE_F64, s.data(), n, 1, n);
        if (job == 'N') {
            call.absent(LAI_DTYPE_F64).absent(LAI_DTYPE_F64);
        } else {
            call.matrix(sdk::MatrixView<double>{u.data(), n, n, n})
                .matrix(sdk::MatrixView<double>{vt.data(), n, n, n});
        }
        return run(call);
    }
    Verdict syev(std::vector<double> &A, std::int64_t n, char jobz, char uplo) {
        std::vector<double> w(n);
        CallBuilder call(LAI_OP_SYEV, LAI_DTYPE_F64);
        call.dims(n).flags(jobz, uplo).matrix(sdk::MatrixView<double>{A.data(), n, n, n});
        call.operand(LAI_DTYPE_F64, w.data(), n, 1, n);
        return run(call);
    }
    Verdict geev(std::vector<double> &A, std::int64_t n) {
        std::vector<std::complex<double>> w(n);
        CallBuilder call(LAI_OP_GEEV, LAI_DTYPE_F64);
        call.dims(n).flags('N', 'N').matrix(sdk::MatrixView<double>{A.data(), n, n, n});
        call.operand(LAI_DTYPE_C64, w.data(), n, 1, n).absent(LAI_DTYPE_F64).absent(LAI_DTYPE_F64);
        return run(call);
    }

  private:
    // As core hands it over: NaN and -1 where nothing is computed.
    static lai_diagnosis blank() {
        constexpr double nan = std::numeric_limits<double>::quiet_NaN();
        lai_diagnosis d{};
        d.size = sizeof d;
        d.batch_index = d.index_value = d.rank = -1;
        d.condition_number = d.condition_equilibrated = d.backward_error = d.norm1 = nan;
        return d;
    }
    int executed_ = 0, nested_ = 0;
    lapack_ai::test::TestHost backend_host_, host_;
    std::unique_ptr<lapack_ai::test::TestPlugin> backend_, plugin_;
    const lai_enhancer *enhancer_ = nullptr;
};

}  // namespace lapack_ai::diagnostics::test

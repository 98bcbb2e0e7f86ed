// The search loop that every driver has: see "Commands" in ../README.md.
#pragma once

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace peers {

using Clock = std::chrono::steady_clock;

inline double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

constexpr std::size_t passes_max = 20;

// The one counter that all threads draw queries from. Whether a pass begins is decided once, by the thread that first
// draws from it, so that every pass is whole and no thread has to wait for another at its end.
class Tickets {
public:
    Tickets(std::size_t count, double seconds) : count_(count), seconds_(seconds), start_(Clock::now()) {}

    // The next query, or -1 when the last pass is drawn.
    std::int64_t draw() {
        const std::size_t ticket = next_.fetch_add(1, std::memory_order_relaxed);
        const std::size_t pass = ticket / count_;
        return pass < passes_max && begins(pass) ? static_cast<std::int64_t>(ticket % count_) : -1;
    }

    std::size_t passes() const {
        return static_cast<std::size_t>(std::count(decided_.begin(), decided_.end(), yes));
    }

private:
    static constexpr int open = 0, yes = 1, no = 2;

    bool begins(std::size_t pass) {
        int decision = decided_[pass].load(std::memory_order_relaxed);
        if (decision == open) {
            const int wanted = pass == 0 || seconds_since(start_) < seconds_ ? yes : no;
            decision = decided_[pass].compare_exchange_strong(decision, wanted) ? wanted : decision;
        }
        return decision == yes;
    }

    std::size_t count_;
    double seconds_;
    Clock::time_point start_;
    std::atomic<std::size_t> next_{0};
    std::array<std::atomic<int>, passes_max> decided_{};
};

struct Figures {
    double qps = 0, p50_ms = 0, p95_ms = 0, p99_ms = 0;
    std::size_t passes = 0;
};

// The smallest value that at least this share of all is not above; `sorted` is ascending and not empty.
inline double nearest_rank(const std::vector<double>& sorted, double share) {
    const auto rank = static_cast<std::size_t>(std::ceil(share * static_cast<double>(sorted.size())));
    return sorted[std::max<std::size_t>(rank, 1) - 1];
}

// Runs work(thread) on every thread and throws again what the first of them threw.
template <class Work>
void on_threads(std::size_t threads, const Work& work) {
    std::mutex lock;
    std::exception_ptr failure;
    const auto guarded = [&](std::size_t thread) {
        try {
            work(thread);
        } catch (...) {
            const std::lock_guard<std::mutex> held(lock);
            failure = failure ? failure : std::current_exception();
        }
    };
    std::vector<std::thread> others;
    for (std::size_t thread = 1; thread < threads; ++thread) {
        others.emplace_back(guarded, thread);
    }
    guarded(0);
    for (auto& other : others) {
        other.join();
    }
    if (failure) {
        std::rethrow_exception(failure);
    }
}

template <class Search>
void warm_up(std::size_t count, const Search& search) {
    const auto start = Clock::now();
    for (std::size_t done = 0;; ++done) {
        const double elapsed = seconds_since(start);
        if (elapsed >= 1.0 || (done >= 200 && elapsed >= 0.3)) {
            return;
        }
        search(done % count);
    }
}

// search(query) is the library's call and the only thing in a latency; store(query, answer) keeps its ids.
template <class Search, class Store>
Figures measure(std::size_t count, std::size_t threads, double seconds, const Search& search, const Store& store) {
    on_threads(threads, [&](std::size_t) { warm_up(count, search); });

    std::vector<std::vector<double>> latencies(threads);
    Tickets tickets(count, seconds);
    const auto start = Clock::now();
    on_threads(threads, [&](std::size_t thread) {
        for (std::int64_t query; (query = tickets.draw()) >= 0;) {
            const auto before = Clock::now();
            auto found = search(static_cast<std::size_t>(query));
            latencies[thread].push_back(seconds_since(before) * 1e3);
            store(static_cast<std::size_t>(query), found);
        }
    });
    const double wall = seconds_since(start);

    std::vector<double> all;
    for (const auto& part : latencies) {
        all.insert(all.end(), part.begin(), part.end());
    }
    std::sort(all.begin(), all.end());
    return {static_cast<double>(all.size()) / wall, nearest_rank(all, 0.50), nearest_rank(all, 0.95),
            nearest_rank(all, 0.99), tickets.passes()};
}

}  // namespace peers

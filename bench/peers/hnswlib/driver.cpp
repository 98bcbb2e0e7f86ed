// Measures hnswlib through the protocol of ../README.md.
#include <malloc.h>

#include <iostream>
#include <memory>
#include <set>

#include <hnswlib/hnswlib.h>
#include <nlohmann/json.hpp>

#include "files.hpp"
#include "measure.hpp"

#ifndef HNSWLIB_VERSION
#define HNSWLIB_VERSION "unknown"
#endif

namespace {

using json = nlohmann::json;
using Graph = hnswlib::HierarchicalNSW<float>;
using peers::Clock;
using peers::seconds_since;

std::size_t positive(const json& object, const std::string& name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_number_integer() || found->get<std::int64_t>() < 1) {
        throw std::runtime_error(name + " is missing or not a positive integer");
    }
    return found->get<std::size_t>();
}

std::string text(const json& object, const std::string& name) {
    const auto found = object.find(name);
    if (found == object.end() || !found->is_string()) {
        throw std::runtime_error(name + " is missing or not a string");
    }
    return found->get<std::string>();
}

// A name that this driver does not know would silently leave a parameter at its default.
void only(const json& object, const std::string& where, const std::set<std::string>& names) {
    if (!object.is_object()) {
        throw std::runtime_error(where + " is missing or not an object");
    }
    for (const auto& [name, value] : object.items()) {
        if (names.count(name) == 0) {
            throw std::runtime_error(where + ": unknown " + name);
        }
    }
}

struct BuildRequest {
    explicit BuildRequest(const json& command)
        : index(text(command, "index")), metric(text(command, "metric")), base(text(command, "base")),
          directory(text(command, "directory")), parameters(command.value("parameters", json())),
          threads(positive(command, "threads")), seed(command.value("seed", std::size_t{1})) {
        if (index != "hnsw") {
            throw std::runtime_error("unknown index " + index);
        }
        if (metric != "l2" && metric != "dot" && metric != "cosine") {
            throw std::runtime_error("unknown metric " + metric);
        }
        only(parameters, "parameters", {"m", "ef_construction"});
        m = positive(parameters, "m");
        ef_construction = positive(parameters, "ef_construction");
    }

    std::string graph_path() const { return directory + "/graph.hnswlib"; }
    std::string figures_path() const { return directory + "/build.json"; }

    // What has to be equal for a saved index to be the one that is asked for.
    json identity(const peers::Matrix& base_shape) const {
        return {{"index", index}, {"metric", metric}, {"parameters", parameters}, {"seed", seed},
                {"rows", base_shape.rows}, {"dimensions", base_shape.dimensions}, {"version", HNSWLIB_VERSION}};
    }

    std::string index, metric, base, directory;
    json parameters;
    std::size_t threads, seed, m = 0, ef_construction = 0;
};

class Driver {
public:
    json answer(const json& command) {
        const std::string op = text(command, "op");
        if (op == "hello") {
            return hello();
        }
        if (op == "build") {
            return build(BuildRequest(command));
        }
        if (op == "search") {
            return search(command);
        }
        throw std::runtime_error("unknown op " + op);
    }

private:
    static json hello() {
        std::string kernels = "SSE or plain";
#if defined(USE_AVX512)
        kernels = AVX512Capable() ? "AVX-512" : "AVX";
#elif defined(USE_AVX)
        kernels = "AVX";
#endif
        return {{"name", "hnswlib"},
                {"version", HNSWLIB_VERSION},
                {"facts",
                 {"compiled by g++ " __VERSION__ " with -O3 -march=native on this machine",
                  "its distance kernels for 16 dimensions at a time use " + kernels +
                      "; the rest of a row (dimensions modulo 16) is done four or one at a time",
                  "built by as many threads as asked, points taken in order from one counter; called from C++"}},
                {"indexes", {"hnsw"}}};
    }

    json build(const BuildRequest& request) {
        forget();
        const auto shape = peers::read_fbin(request.base, false);
        const json identity = request.identity(shape);
        json figures = saved_figures(request, identity);
        // A saved index that cannot be read is made anew.
        double load_s = figures.is_null() ? unreadable : try_load(request, shape.dimensions);
        const bool built = load_s == unreadable;
        if (built) {
            figures = make(request);
            load_s = load(request, shape.dimensions);
            // Last, and only after the graph was read back: saveIndex does not tell when the disk was full.
            const std::string saved = json{{"of", identity}, {"figures", figures}}.dump(2) + "\n";
            peers::write_whole(request.figures_path(), {{saved.data(), saved.size()}});
        }
        malloc_trim(0);
        figures["built"] = built;
        figures["load_s"] = load_s;
        figures["rss_bytes"] = peers::status_bytes("VmRSS");
        return figures;
    }

    static json saved_figures(const BuildRequest& request, const json& identity) {
        std::ifstream file(request.figures_path());
        const json saved = file ? json::parse(file, nullptr, false) : json();
        return saved.is_object() && saved.value("of", json()) == identity ? saved.at("figures") : json();
    }

    static json make(const BuildRequest& request) {
        std::filesystem::create_directories(request.directory);
        std::filesystem::remove(request.figures_path());
        peers::reset_peak();
        const auto base = peers::read_fbin(request.base);
        const auto space = space_of(request.metric, base.dimensions);

        const auto start = Clock::now();
        Graph graph(space.get(), base.rows, request.m, request.ef_construction, request.seed);
        add_all(graph, base, request.threads);
        const double build_s = seconds_since(start);

        const auto saving = Clock::now();
        graph.saveIndex(request.graph_path());
        const double save_s = seconds_since(saving);

        return {{"build_s", build_s},
                {"train_s", 0.0},
                {"save_s", save_s},
                {"index_bytes", std::filesystem::file_size(request.graph_path())},
                {"peak_rss_bytes", peers::status_bytes("VmHWM")},
                {"threads", request.threads}};
    }

    // The first row goes in alone: it is the entry point that all others start from.
    static void add_all(Graph& graph, const peers::Matrix& base, std::size_t threads) {
        graph.addPoint(base.row(0), 0);
        std::atomic<std::size_t> next{1};
        peers::on_threads(threads, [&](std::size_t) {
            for (std::size_t row; (row = next.fetch_add(1)) < base.rows;) {
                graph.addPoint(base.row(row), row);
            }
        });
    }

    double try_load(const BuildRequest& request, std::size_t dimensions) {
        try {
            return load(request, dimensions);
        } catch (const std::exception& error) {
            std::cerr << request.graph_path() << ": " << error.what() << std::endl;
            forget();
            return unreadable;
        }
    }

    double load(const BuildRequest& request, std::size_t dimensions) {
        const std::vector<float> query(dimensions, 0.1f);
        const auto start = Clock::now();
        space_ = space_of(request.metric, dimensions);
        graph_ = std::make_unique<Graph>(space_.get(), request.graph_path());
        graph_->searchKnn(query.data(), 1);
        dimensions_ = dimensions;
        return seconds_since(start);
    }

    json search(const json& command) {
        if (!graph_) {
            throw std::runtime_error("nothing is built yet");
        }
        const auto queries = peers::read_fbin(text(command, "queries"));
        const std::size_t count = positive(command, "count"), k = positive(command, "k");
        const std::size_t threads = positive(command, "threads");
        const json effort = command.value("effort", json());
        only(effort, "effort", {"ef"});
        if (queries.dimensions != dimensions_) {
            throw std::runtime_error("queries have another number of dimensions than the index");
        }
        if (count > queries.rows) {
            throw std::runtime_error("count is more than there are queries");
        }
        const std::string out = text(command, "out");
        graph_->setEf(positive(effort, "ef"));

        std::vector<std::int32_t> ids(count * k, -1);
        const auto figures = peers::measure(
            count, threads, command.value("seconds", 0.0),
            [&](std::size_t query) { return graph_->searchKnn(queries.row(query), k); },
            [&](std::size_t query, auto& found) {
                for (std::size_t at = found.size(); at-- > 0; found.pop()) {
                    ids[query * k + at] = static_cast<std::int32_t>(found.top().second);
                }
            });
        peers::write_ibin(out, ids, k);
        return {{"qps", figures.qps},       {"p50_ms", figures.p50_ms}, {"p95_ms", figures.p95_ms},
                {"p99_ms", figures.p99_ms}, {"passes", figures.passes}};
    }

    static std::unique_ptr<hnswlib::SpaceInterface<float>> space_of(const std::string& metric, std::size_t dimensions) {
        if (metric == "l2") {
            return std::make_unique<hnswlib::L2Space>(dimensions);
        }
        return std::make_unique<hnswlib::InnerProductSpace>(dimensions);
    }

    void forget() {
        graph_.reset();
        space_.reset();
        malloc_trim(0);
    }

    static constexpr double unreadable = -1;

    std::unique_ptr<hnswlib::SpaceInterface<float>> space_;
    std::unique_ptr<Graph> graph_;
    std::size_t dimensions_ = 0;
};

std::string one_line(std::string message) {
    std::replace(message.begin(), message.end(), '\n', ' ');
    return message;
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    Driver driver;
    for (std::string line; std::getline(std::cin, line);) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) {
            continue;
        }
        json answer;
        try {
            const json command = json::parse(line);
            if (command.is_object() && command.value("op", json()) == "quit") {
                break;
            }
            answer = driver.answer(command);
            answer["ok"] = true;
        } catch (const std::exception& error) {
            answer = {{"ok", false}, {"error", one_line(error.what())}};
        }
        // A path in a message need not be UTF-8; an answer has to be.
        std::cout << answer.dump(-1, ' ', false, json::error_handler_t::replace) << std::endl;
    }
    return 0;
}

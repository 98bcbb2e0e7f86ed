using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Vesper.Bench.Drivers;

/// <summary>
/// Vesper's own driver: answers the commands of <c>bench/peers/README.md</c> over the engine's public API.
/// </summary>
internal sealed class VesperDriver : IAsyncDisposable
{
    private VesperIndex? _index;

    /// <summary>Answers until told to quit, or to the end of the input; returns the exit code.</summary>
    public static async Task<int> RunAsync(TextReader input, TextWriter output, CancellationToken cancellation)
    {
        await using var driver = new VesperDriver();
        while (await input.ReadLineAsync(cancellation) is { } line)
        {
            var answer = await driver.AnswerAsync(line, cancellation);
            if (answer is null)
            {
                break;
            }

            await output.WriteLineAsync(answer.ToJsonString());
            await output.FlushAsync(cancellation);
        }

        return 0;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_index is not null)
        {
            await _index.DisposeAsync();
        }
    }

    /// <summary>The answer to a line; null to quit.</summary>
    private async Task<JsonObject?> AnswerAsync(string line, CancellationToken cancellation)
    {
        try
        {
            var command = JsonElement.Parse(line);
            var answer = AnswerFields.Text(command, "op") switch
            {
                "hello" => Hello(),
                "build" => await BuildAsync(command, cancellation),
                "search" => Search(command, cancellation),
                "quit" => null,
                var other => throw new DriverException($"no such operation: {other}"),
            };
            answer?.Insert(0, "ok", true);
            return answer;
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Also a defect of the engine is an answer: the bench reports it and goes on.
            var message = error is DriverException or VesperException
                ? error.Message
                : $"{error.GetType().Name}: {error.Message}";
            return new JsonObject { ["ok"] = false, ["error"] = message.ReplaceLineEndings(" ") };
        }
    }

    private static JsonObject Hello() => new()
    {
        ["name"] = DriverCatalog.Vesper,
        ["version"] = VesperVersion.Text,
        ["facts"] = new JsonArray(
            $"C# on .NET {Environment.Version}, through the public API, in one process with the caller",
            "its building writes log and segment files as it goes: the time to read the base and to write is in it"),
        ["indexes"] = new JsonArray(
            "hnsw", "flat", "ivf-flat", "ivf-sq", "ivf-pq", "ivf-pq-fs", "opq-ivf-pq-fs", "ivf-rabitq"),
    };

    private async Task<JsonObject> BuildAsync(JsonElement command, CancellationToken cancellation)
    {
        await DisposeAsync();
        _index = null;
        var plan = new VesperBuildPlan
        {
            Base = AnswerFields.Text(command, "base"),
            Directory = AnswerFields.Text(command, "directory"),
            Metric = Enum.Parse<Metric>(AnswerFields.Text(command, "metric"), ignoreCase: true),
            Threads = (int)AnswerFields.Number(command, "threads"),
            Index = IndexOf(command),
        };
        (_index, var answer) = await VesperIndex.OpenAsync(plan, cancellation);
        return answer;
    }

    private static IndexOptions IndexOf(JsonElement command) => AnswerFields.Text(command, "index") switch
    {
        "hnsw" => new IndexOptions
        {
            Kind = IndexKind.Hnsw,
            M = Parameter(command, "parameters", "m"),
            EfConstruction = Parameter(command, "parameters", "ef_construction"),
        },
        "flat" => new IndexOptions { Kind = IndexKind.Flat },
        "ivf-flat" => Inverted(command, new IvfOptions { Encoding = IvfEncoding.Flat }),
        "ivf-sq" => Inverted(command, new IvfOptions { Encoding = IvfEncoding.Scalar }),
        "ivf-rabitq" => Inverted(command, new IvfOptions { Encoding = IvfEncoding.RaBitQ }),
        "ivf-pq" or "ivf-pq-fs" => Inverted(command, Product(command)),
        "opq-ivf-pq-fs" => Inverted(command, Product(command) with { Opq = true }),
        var other => throw new DriverException($"no such index: {other}"),
    };

    private static IvfOptions Product(JsonElement command) => new()
    {
        Encoding = IvfEncoding.Product,
        Parts = Parameter(command, "parameters", "pq_m"),
        Bits = Parameter(command, "parameters", "pq_bits"),
    };

    private static IndexOptions Inverted(JsonElement command, IvfOptions options) => new()
    {
        Kind = IndexKind.Ivf,
        Ivf = options with { Lists = Parameter(command, "parameters", "nlist") },
    };

    private JsonObject Search(JsonElement command, CancellationToken cancellation)
    {
        var index = _index ?? throw new DriverException("nothing is built");
        return index.Search(
            new SearchCommand(
                (int)AnswerFields.Number(command, "count"),
                (int)AnswerFields.Number(command, "k"),
                Efforts(command),
                (int)AnswerFields.Number(command, "threads"),
                AnswerFields.Number(command, "seconds"),
                AnswerFields.Text(command, "out")),
            AnswerFields.Text(command, "queries"),
            cancellation);
    }

    private static Dictionary<string, int> Efforts(JsonElement command) =>
        command.TryGetProperty("effort", out var effort) && effort.ValueKind == JsonValueKind.Object
            ? effort.EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetInt32())
            : [];

    private static int Parameter(JsonElement command, string group, string name) =>
        command.TryGetProperty(group, out var values)
            ? (int)AnswerFields.Number(values, name)
            : throw new DriverException(string.Create(CultureInfo.InvariantCulture, $"no {group} are given"));
}

using System.Globalization;
using System.Text.Json;

namespace Vesper.Hosts.Tests.Cli.Kills;

/// <summary>
/// A collection whose groups of points are deleted, replaced and marked, one command for a group, while the commands
/// are killed. After each kill the group is as before or as wanted, as a whole; as wanted when the command had said so.
/// </summary>
internal sealed class KilledWrites(ToolDatabase tool, Random random, Action<string> log)
{
    private const string Name = "groups";
    private const int Rows = 1_600;

    private readonly GroupState[] _groups =
        [.. Enumerable.Repeat(new GroupState(0, true, null), NumberedPoints.Groups)];

    // How long a command takes: measured when one ends before its kill, as the first does, and grown a little by each
    // kill, so that kills come around the write, early and late.
    private double _runMs = 60_000;
    private int _runs;

    /// <summary>Processes killed so far.</summary>
    public int Kills { get; private set; }

    /// <summary>Kills after which the write was there.</summary>
    public int Applied { get; private set; }

    /// <summary>Runs that ended before their kill came.</summary>
    public int Escaped => _runs - Kills;

    /// <summary>Makes the collection, with a first version of all groups.</summary>
    public async Task CreateAsync()
    {
        await using var database = await VesperDatabase.OpenAsync(tool.Data);
        var collection = await database.CreateCollectionAsync(Name, new CollectionOptions
        {
            Vectors = { [""] = new VectorFieldOptions(NumberedPoints.Dimensions, Metric.Cosine) },
            PayloadIndexes = { ["group"] = PayloadIndexType.Integer },
            Segments = new SegmentOptions { MaxRows = 500 },
        });
        var points = Enumerable.Range(0, Rows).Select(row => new Point(
            new PointId((ulong)row), NumberedPoints.Vector(row), Payload.Parse(NumberedPoints.Payload(row))));
        await collection.UpsertAsync([.. points]);
    }

    /// <summary>Starts a command, kills it, and compares what it left.</summary>
    public async Task KillOneAsync()
    {
        var run = ++_runs;
        var group = random.Next(_groups.Length);
        var before = _groups[group];
        var (wanted, arguments) = (before.Exists ? random.Next(3) : 1) switch
        {
            0 => (before with { Exists = false, Mark = null }, Delete(group)),
            1 => (new GroupState(run, true, null), Replace(group, run)),
            _ => (before with { Mark = run }, Mark(group, run)),
        };
        var plan = new KillPlan(0, _runMs * (0.55 + (0.45 * random.NextDouble())));
        var killed = await plan.RunAsync(tool, arguments);
        Kills += killed.Result.WasKilled ? 1 : 0;
        _runMs = killed.Result.WasKilled ? _runMs * 1.1 : killed.TotalMs;
        var described = string.Create(
            CultureInfo.InvariantCulture,
            $"run {run}, group {group} from {before} to {wanted}, kill after {plan.DelayMs:F0} ms: "
            + $"exit code {killed.Result.ExitCode} {killed.Result.Text}");
        log(described);
        await CompareAsync(group, wanted, killed.Result.Lines.Count > 0, described);
        Applied += killed.Result.WasKilled && _groups[group] == wanted ? 1 : 0;
    }

    /// <summary>The figures.</summary>
    public string Summary() =>
        $"{Kills} kills, {Applied} of them after the write was in the log ({Escaped} runs ended before their kill), "
        + "lost = 0, phantom = 0, halves = 0";

    private static string[] Delete(int group) => ["delete", Name, "--filter", FilterOf(group)];

    private static string[] Mark(int group, int mark) =>
        ["set-payload", Name, "--payload", $"{{\"mark\":{mark}}}", "--filter", FilterOf(group)];

    private string[] Replace(int group, int version)
    {
        var rows = RowsOf(group);
        var vectors = tool.Files.PathOf("group.fbin");
        var payloads = tool.Files.PathOf("group.jsonl");
        var ids = tool.Files.PathOf("group.txt");
        NumberedPoints.WriteVectors(vectors, rows, version);
        NumberedPoints.WritePayloads(payloads, rows);
        File.WriteAllLines(ids, rows.Select(row => row.ToString(CultureInfo.InvariantCulture)));
        return ["import", Name, "--vectors", vectors, "--payload", payloads, "--ids", ids];
    }

    private async Task CompareAsync(int group, GroupState wanted, bool acknowledged, string described)
    {
        var check = tool.RequireCleanAsync();
        await tool.ReadAsync(Name, collection =>
        {
            if (Holds(collection, group, wanted))
            {
                _groups[group] = wanted;
            }

            Assert.True(!acknowledged || _groups[group] == wanted, $"acknowledged and lost: {described}");
            for (var each = 0; each < _groups.Length; each++)
            {
                var holds = Holds(collection, each, _groups[each]);
                Assert.True(holds, $"group {each} is not {_groups[each]}: {described}");
            }

            var rows = _groups.Index().Where(pair => pair.Item.Exists).Sum(pair => RowsOf(pair.Index).Count);
            Assert.True(collection.Count() == rows, $"{collection.Count()} points of {rows}: {described}");
        });
        await check;
    }

    private static bool Holds(Collection collection, int group, GroupState state)
    {
        var rows = RowsOf(group);
        var records = collection.Get([.. rows.Select(row => new PointId((ulong)row))]);
        var byFilter = collection.Count(Filter.Parse(FilterOf(group)));
        return state.Exists
            ? records.Count == rows.Count && byFilter == rows.Count && records.Zip(rows).All(IsRow)
            : records.Count == 0 && byFilter == 0;

        bool IsRow((PointRecord Record, int Row) stored) =>
            NumberedPoints.Bits(stored.Record.Vectors![""]).SequenceEqual(
                NumberedPoints.Bits(NumberedPoints.Vector(stored.Row, state.Version)))
            && HasPayload(stored.Record.Payload!, stored.Row, state.Mark);
    }

    private static bool HasPayload(Payload payload, int row, int? mark)
    {
        var root = JsonSerializer.Deserialize<JsonElement>(payload.Utf8.Span);
        return root.GetProperty("row").GetInt32() == row
            && (root.TryGetProperty("mark", out var found) ? found.GetInt32() : null as int?) == mark;
    }

    private static List<int> RowsOf(int group) =>
        [.. Enumerable.Range(0, Rows).Where(row => row % NumberedPoints.Groups == group)];

    private static string FilterOf(int group) =>
        $"{{\"must\":[{{\"key\":\"group\",\"match\":{{\"value\":{group}}}}}]}}";

    /// <summary>What a group holds.</summary>
    private sealed record GroupState(int Version, bool Exists, int? Mark);
}

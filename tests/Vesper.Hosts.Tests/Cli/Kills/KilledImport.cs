using System.Globalization;

namespace Vesper.Hosts.Tests.Cli.Kills;

/// <summary>
/// A collection that grows row by row while the imports that feed it are killed. After each kill all is compared:
/// what is stored must be exactly the first rows of the input, whole batches, and no fewer than were acknowledged.
/// </summary>
internal sealed class KilledImport(ToolDatabase tool, Random random, Action<string> log)
{
    public const string Name = "docs";

    private const int SegmentRows = 1_500;

    // An input has so many more rows than are stored, and a kill among them comes before so many are acknowledged.
    private const int RowsAhead = 2_500;
    private const int RowsBeforeKill = 1_000;

    private static readonly KillMoment[] Moments =
    [
        KillMoment.Importing, KillMoment.Opening, KillMoment.Importing, KillMoment.Ending, KillMoment.Importing,
        KillMoment.Compacting, KillMoment.Opening, KillMoment.Importing, KillMoment.Ending, KillMoment.Importing,
    ];

    private readonly int[] _killsAt = new int[Enum.GetValues<KillMoment>().Length];
    private int _attempts;
    private int _present;

    // How long things take: measured where they end before a kill, and guesses that grow until one does.
    private double _firstAckMs = 500;
    private double _endingMs = 200;
    private double _compactingMs = 600;

    /// <summary>Processes killed so far.</summary>
    public int Kills => _killsAt.Sum();

    /// <summary>Runs that ended before their kill came.</summary>
    public int Escaped => _attempts - Kills;

    /// <summary>Rows stored.</summary>
    public int Present => _present;

    /// <summary>Makes the collection: segments so small that many are sealed and merged.</summary>
    public async Task CreateAsync()
    {
        await using var database = await VesperDatabase.OpenAsync(tool.Data);
        await database.CreateCollectionAsync(Name, new CollectionOptions
        {
            Vectors = { [""] = new VectorFieldOptions(NumberedPoints.Dimensions, Metric.L2) },
            PayloadIndexes = { ["group"] = PayloadIndexType.Integer },
            Segments = new SegmentOptions { MaxRows = SegmentRows },
        });
    }

    /// <summary>Starts a process, kills it, and compares what it left.</summary>
    public async Task KillOneAsync()
    {
        var moment = Moments[_attempts++ % Moments.Length];
        var batch = random.Next(50, 200);
        var rows = _present + (moment == KillMoment.Ending ? random.Next(200, RowsBeforeKill) : RowsAhead);
        var plan = PlanFor(moment, rows);
        var run = moment == KillMoment.Compacting
            ? await plan.RunAsync(tool, "compact", Name)
            : await plan.RunAsync(tool, ImportOf(rows, batch, random.Next(4) == 0 ? "interval:5" : "sync"));
        Learn(run, moment);
        var described = string.Create(
            CultureInfo.InvariantCulture,
            $"{(run.Result.WasKilled ? "kill" : "escape after kill")} {Kills} while {moment}, "
            + $"{plan.DelayMs:F1} ms after {plan.AckedPoints} points: "
            + $"{_present} before, {run.Acked} acknowledged, input of {rows} in batches of {batch}");
        log(described);
        if (moment == KillMoment.Compacting)
        {
            (rows, batch) = (_present, 1);
        }

        await CompareAsync(Math.Max(run.Acked, _present), rows, batch, described);
    }

    /// <summary>Imports the rest without a kill, compacts, and compares.</summary>
    public async Task FinishAsync(int rows)
    {
        var lines = await tool.JsonAsync(ImportOf(rows, 500, "sync"));
        Assert.Contains(lines, line => line.TryGetProperty("acked", out var acked) && acked.GetInt64() == rows);
        await tool.JsonAsync("compact", Name);
        await CompareAsync(rows, rows, 1, "at the end");
    }

    /// <summary>The figures.</summary>
    public string Summary()
    {
        var moments = Enum.GetValues<KillMoment>().Select(moment => $"{_killsAt[(int)moment]} while {moment}");
        return $"{Kills} kills ({string.Join(", ", moments)}; {Escaped} runs ended before their kill), "
            + $"{_present} points, lost = 0, phantom = 0";
    }

    private KillPlan PlanFor(KillMoment moment, int rows) => moment switch
    {
        KillMoment.Opening => new KillPlan(0, _firstAckMs * Between(0.2, 1)),
        KillMoment.Importing => new KillPlan(_present + random.Next(1, RowsBeforeKill), Between(0, 5)),
        KillMoment.Ending => new KillPlan(rows, _endingMs * Between(0, 1)),
        _ => new KillPlan(0, _compactingMs * Between(0.3, 1)),
    };

    private string[] ImportOf(int rows, int batch, string durability)
    {
        var vectors = tool.Files.PathOf("rows.fbin");
        var payloads = tool.Files.PathOf("rows.jsonl");
        NumberedPoints.WriteVectors(vectors, [.. Enumerable.Range(0, rows)]);
        NumberedPoints.WritePayloads(payloads, Enumerable.Range(0, rows));
        return
        [
            "import", Name, "--vectors", vectors, "--payload", payloads, "--skip", Text(_present),
            "--batch", Text(batch), "--durability", durability,
        ];
    }

    private void Learn(KilledRun run, KillMoment moment)
    {
        _killsAt[(int)moment] += run.Result.WasKilled ? 1 : 0;
        _firstAckMs = run.FirstAckMs > 0 ? run.FirstAckMs : _firstAckMs;
        switch (moment)
        {
            case KillMoment.Ending:
                _endingMs = run.Result.WasKilled ? _endingMs * 1.2 : run.EndingMs;
                break;
            case KillMoment.Compacting:
                _compactingMs = run.Result.WasKilled ? _compactingMs * 1.2 : run.TotalMs;
                break;
        }
    }

    private async Task CompareAsync(long atLeast, int atMost, int batch, string described)
    {
        var info = tool.OneAsync("info", Name);
        var check = tool.RequireCleanAsync();
        await tool.ReadAsync(Name, collection => CompareRows(collection, described));
        await check;
        var points = (await info).GetProperty("points").GetInt64();
        var stored = points - _present;
        Assert.True(points >= atLeast, $"{points} points, {atLeast} were acknowledged: {described}");
        Assert.True(points <= atMost, $"{points} points of {atMost}: {described}");
        Assert.True(stored % batch == 0 || points == atMost, $"{points} points, not whole batches: {described}");
        Assert.True((await info).GetProperty("state").GetString() == "healthy", $"{await info}: {described}");
        _present = (int)points;
    }

    // Every stored point, bit by bit, and none beside them.
    private static void CompareRows(Collection collection, string described)
    {
        var points = (int)collection.Count();
        foreach (var rows in Enumerable.Range(0, points).Chunk(1_000))
        {
            var records = collection.Get([.. rows.Select(row => new PointId((ulong)row))]);
            Assert.True(records.Count == rows.Length, $"{records.Count} of the rows from {rows[0]} on: {described}");
            foreach (var (row, record) in rows.Zip(records))
            {
                var same = record.Id == new PointId((ulong)row)
                    && NumberedPoints.Bits(record.Vectors![""]).SequenceEqual(
                        NumberedPoints.Bits(NumberedPoints.Vector(row)))
                    && record.Payload!.ToString() == NumberedPoints.Payload(row);
                Assert.True(same, $"row {row} is not what was imported: {described}");
            }
        }
    }

    private double Between(double least, double most) => least + (random.NextDouble() * (most - least));

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}

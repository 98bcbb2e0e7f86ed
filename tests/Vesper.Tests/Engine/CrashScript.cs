using System.Text.Json.Nodes;
using Vesper.Engine;
using Vesper.Tests.Storage.Wal;

namespace Vesper.Tests.Engine;

/// <summary>What a restart finds after the machine stopped at some operation, and what it must make of it.</summary>
/// <param name="Disk">What the disk kept.</param>
/// <param name="Place">For messages.</param>
/// <param name="Created">The collection had been acknowledged.</param>
/// <param name="Allowed">The states that may be found.</param>
internal sealed record CrashMoment(SimulatedFileSystem Disk, string Place, bool Created, IReadOnlySet<string> Allowed);

/// <summary>
/// Runs random operations against a database on a simulated disk, remembers each acknowledged state, and takes images
/// of crashes at random operations of the disk.
/// </summary>
internal sealed class CrashScript(int seed, Durability durability)
{
    public const string Path = "/db/of/crashes";
    public const string Name = "docs";

    private const int Dimensions = 2;
    private const ulong Ids = 60;

    private readonly Random _random = new(seed);
    private readonly Random _crashes = new(-seed);
    private readonly SimulatedFileSystem _files = new();
    private readonly SortedDictionary<ulong, (long Value, long Extra)> _points = [];
    private readonly HashSet<string> _acknowledged = [""];
    private readonly List<CrashMoment> _moments = [];
    private volatile string _before = "";
    private volatile string _inFlight = "";
    private volatile bool _created;
    private long _value;

    /// <summary>A kind of operation that the disk only pretends to do.</summary>
    public string? Lie { get; init; }

    private int _untilCrash = 1;

    public static VesperOptions Options { get; } = new()
    {
        LogSegmentBytes = 64 << 10,
        DiskHeadroomBytes = 0,
        DiskReserveBytes = 0,
        BackgroundThreads = 1,
    };

    /// <summary>Runs all operations and closes; the moments of crashes on the way.</summary>
    public async Task<IReadOnlyList<CrashMoment>> RunAsync(int operations)
    {
        _files.Lie = kind => kind == Lie;
        _files.Fault = (kind, path) =>
        {
            TakeImage($"{kind} {System.IO.Path.GetFileName(path)}");
            return null;
        };
        var database = DatabaseEngine.Open(_files, Path, Options);
        try
        {
            var options = TemporaryDatabase.Options(
                Dimensions, segments: new SegmentOptions { MaxRows = _random.Next(5, 40) });
            options = options with { Durability = durability };
            var collection = new Collection(database.Create(Name, options));
            _created = true;
            for (var operation = 0; operation < operations; operation++)
            {
                if (_random.Next(15) == 0)
                {
                    database.Dispose();
                    database = DatabaseEngine.Open(_files, Path, Options);
                    collection = new Collection(database.Get(Name));
                }

                await StepAsync(collection);
                Assert.Equal(_before, StateOf(collection));
            }
        }
        finally
        {
            database.Dispose();
        }

        return _moments;
    }

    /// <summary>All points as one text.</summary>
    public static string StateOf(Collection collection) => string.Join(
        ";",
        collection.Scroll(new() { Limit = 1000, WithVectors = true }).Points.Select(point =>
        {
            var payload = point.Payload!.ToJsonObject();
            return $"{point.Id}={(long)payload["v"]!},{(long?)payload["x"] ?? 0},{point.Vectors![""][0]}";
        }));

    private async Task StepAsync(Collection collection)
    {
        var call = Choose(collection);
        _inFlight = string.Join(";", _points.Select(point =>
            $"{point.Key}={point.Value.Value},{point.Value.Extra},{point.Value.Value}"));
        await call();
        lock (_acknowledged)
        {
            _acknowledged.Add(_inFlight);
        }

        _before = _inFlight;
    }

    /// <summary>
    /// Chooses an operation, does it to the model, and gives the call that does it to the collection.
    /// </summary>
    private Func<Task> Choose(Collection collection)
    {
        var kind = _random.Next(12);
        var ids = Enumerable.Range(0, _random.Next(1, 10)).Select(_ => (ulong)_random.NextInt64((long)Ids))
            .Distinct().ToArray();
        return kind switch
        {
            < 5 => Upsert(collection, ids),
            < 7 => Delete(collection, ids),
            < 10 => SetPayload(collection, ids),
            10 => async () => await collection.CheckpointAsync(),
            _ when _random.Next(2) == 0 => async () => await collection.CompactAsync(),
            _ => async () => await collection.WaitForIndexingAsync(),
        };
    }

    private Func<Task> Upsert(Collection collection, ulong[] ids)
    {
        var points = new List<Point>();
        foreach (var id in ids)
        {
            _points[id] = (++_value, 0);
            var payload = new JsonObject { ["v"] = _value, ["padding"] = new string('x', _random.Next(900)) };
            points.Add(new Point(id, new float[] { _value, 1 }, payload));
        }

        return async () => await collection.UpsertAsync(points);
    }

    private Func<Task> Delete(Collection collection, ulong[] ids)
    {
        foreach (var id in ids)
        {
            _points.Remove(id);
        }

        return async () => await collection.DeleteAsync(ids.Select(id => new PointId(id)).ToArray());
    }

    private Func<Task> SetPayload(Collection collection, ulong[] ids)
    {
        var extra = ++_value;
        foreach (var id in ids.Where(_points.ContainsKey))
        {
            _points[id] = (_points[id].Value, extra);
        }

        return async () => await collection.SetPayloadAsync(
            ids.Select(id => new PointId(id)).ToArray(), new JsonObject { ["x"] = extra });
    }

    private void TakeImage(string place)
    {
        if (--_untilCrash > 0)
        {
            return;
        }

        _untilCrash = _crashes.Next(1, 60);
        var survival = (Survival)_crashes.Next(Enum.GetValues<Survival>().Length);
        var allowed = new HashSet<string> { _before, _inFlight };
        if (durability.Level != DurabilityLevel.Sync)
        {
            lock (_acknowledged)
            {
                allowed.UnionWith(_acknowledged);
            }
        }

        var disk = CrashImage.Of(_files, survival, _crashes.Next());
        _moments.Add(new CrashMoment(disk, $"seed {seed}, {place}, {survival}", _created, allowed));
    }
}

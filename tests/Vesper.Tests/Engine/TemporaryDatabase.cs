using System.Text.Json.Nodes;

namespace Vesper.Tests.Engine;

/// <summary>A database directory of one test, deleted with it.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"vesper-test-{Guid.NewGuid():N}");

    public ValueTask<VesperDatabase> OpenAsync(VesperOptions? options = null) =>
        VesperDatabase.OpenAsync(Path, options);

    public List<CheckProblem> Check()
    {
        var problems = new List<CheckProblem>();
        VesperDatabase.Check(Path, null, problems.Add);
        return problems;
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }
    }

    public static CollectionOptions Options(
        int dimensions, Metric metric = Metric.L2, SegmentOptions? segments = null) => new()
        {
            Vectors = { [""] = new(dimensions, metric) },
            Segments = segments ?? new SegmentOptions(),
        };

    /// <summary>A point whose payload tells its number and a group.</summary>
    public static Point Make(Random random, ulong id, int dimensions, string group = "a") => new(
        id,
        Vector(random, dimensions),
        new JsonObject { ["n"] = (long)id, ["group"] = group });

    public static float[] Vector(Random random, int dimensions)
    {
        var vector = new float[dimensions];
        for (var at = 0; at < dimensions; at++)
        {
            vector[at] = random.NextSingle() - 0.5f;
        }

        return vector;
    }
}

using System.Text.Json.Nodes;
using Vesper.Engine;
using Vesper.Storage.Files;

namespace Vesper.Tests.Engine;

/// <summary>A database directory of one test, deleted with it.</summary>
internal sealed class TemporaryDatabase : IDisposable
{
    public string Path { get; } =
        System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"vesper-test-{Guid.NewGuid():N}");

    public ValueTask<VesperDatabase> OpenAsync(VesperOptions? options = null) =>
        VesperDatabase.OpenAsync(Path, options);

    /// <summary>Opens it over a file system of the test; no headroom, so that only the test fills the disk.</summary>
    public DatabaseEngine Open(IFileSystem files, VesperOptions? options = null) =>
        DatabaseEngine.Open(files, Path, options ?? new VesperOptions { DiskHeadroomBytes = 0 });

    /// <summary>A copy as a killed process would leave it, deleted with its own dispose.</summary>
    public TemporaryDatabase Copy()
    {
        var copy = new TemporaryDatabase();
        foreach (var directory in Directory.GetDirectories(Path, "*", SearchOption.AllDirectories).Prepend(Path))
        {
            Directory.CreateDirectory(directory.Replace(Path, copy.Path, StringComparison.Ordinal));
        }

        foreach (var file in Directory.GetFiles(Path, "*", SearchOption.AllDirectories))
        {
            if (System.IO.Path.GetFileName(file) == "LOCK")
            {
                // Held; the next open makes one.
                continue;
            }

            File.Copy(file, file.Replace(Path, copy.Path, StringComparison.Ordinal));
        }

        return copy;
    }

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

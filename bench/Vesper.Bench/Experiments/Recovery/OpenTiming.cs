using System.Diagnostics;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Experiments.Recovery;

/// <summary>What opening a database took and found.</summary>
/// <param name="OpenMs">Until it can be read and written.</param>
/// <param name="FirstSearchMs">The first search after that, with what it has to load.</param>
/// <param name="Report">What opening says of the collection.</param>
internal sealed record OpenTiming(double OpenMs, double FirstSearchMs, CollectionOpenReport Report)
{
    /// <summary>Whether the files are out of the page cache before: on Linux they are.</summary>
    public static bool IsCold => OperatingSystem.IsLinux();

    /// <summary>Opens, searches once, checks that everything is there, and closes.</summary>
    /// <param name="path">The database.</param>
    /// <param name="query">For the first search.</param>
    /// <param name="points">Points that must be there.</param>
    /// <exception cref="InvalidDataException">Points are missing: nothing was measured.</exception>
    public static async Task<OpenTiming> MeasureAsync(
        string path, ReadOnlyMemory<float> query, long points, CancellationToken cancellation)
    {
        if (IsCold && PageCache.Drop(path) is { } problem)
        {
            throw new IOException(problem);
        }

        var started = Stopwatch.GetTimestamp();
        var options = new VesperOptions { CreateIfMissing = false };
        var database = await VesperDatabase.OpenAsync(path, options, cancellation).ConfigureAwait(false);
        var openMs = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        await using (database.ConfigureAwait(false))
        {
            var report = database.OpenReport.Collections.Single();
            var collection = database.GetCollection(CrashImage.CollectionName);
            var searched = Stopwatch.GetTimestamp();
            var hits = collection.Search(new SearchRequest { Vector = query }, cancellation);
            var searchMs = Stopwatch.GetElapsedTime(searched).TotalMilliseconds;
            var found = collection.Count(null, cancellation);
            if (found != points || hits.Count != Math.Min(10, points))
            {
                throw new InvalidDataException($"{found} points after opening, {points} were written");
            }

            return new OpenTiming(openMs, searchMs, report);
        }
    }
}

using System.Diagnostics;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Limits;

/// <summary>How long it takes to make 4 KiB durable that were just appended to a file.</summary>
internal static class SyncProbe
{
    private const int AppendBytes = 4096;
    private const int WarmAppends = 5;

    /// <summary>Times of the syncs alone, without the writes before them.</summary>
    /// <param name="directory">On the disk that is asked about.</param>
    /// <param name="appends">How many.</param>
    /// <param name="isDataOnly">fdatasync, as the engine's log uses it, instead of fsync.</param>
    public static LatencySamples Measure(string directory, int appends, bool isDataOnly)
    {
        var path = Path.Combine(directory, $"sync-{Guid.NewGuid():N}.bin");
        var block = new byte[AppendBytes];
        new Random(1).NextBytes(block);
        try
        {
            using var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite);
            var samples = new LatencySamples();
            for (var append = -WarmAppends; append < appends; append++)
            {
                RandomAccess.Write(file, block, (long)(append + WarmAppends) * AppendBytes);
                var started = Stopwatch.GetTimestamp();
                if (isDataOnly)
                {
                    SystemCalls.SyncData(file);
                }
                else
                {
                    SystemCalls.Sync(file);
                }

                if (append >= 0)
                {
                    samples.AddSince(started);
                }
            }

            return samples;
        }
        finally
        {
            File.Delete(path);
        }
    }
}

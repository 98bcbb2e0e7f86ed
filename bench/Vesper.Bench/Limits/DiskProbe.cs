using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Vesper.Bench.Measuring;

namespace Vesper.Bench.Limits;

/// <summary>
/// What the disk does: reads of 4 KiB at random places, long reads and writes, past the page cache where the file
/// system allows it. Works on a file of its own, written in full before.
/// </summary>
internal sealed class DiskProbe : IDisposable
{
    /// <summary>Bytes of a random read.</summary>
    public const int PageBytes = 4096;

    /// <summary>Threads of the long reads and writes, each at its own part of the file.</summary>
    public const int StreamThreads = 4;

    private const int BlockBytes = 1 << 20;

    private readonly string _path;
    private readonly long _bytes;
    private readonly SafeFileHandle _file;

    /// <summary>Writes the file and makes it durable.</summary>
    /// <param name="directory">On the disk that is asked about.</param>
    /// <param name="mebibytes">Size of the file, a multiple of <see cref="StreamThreads"/>.</param>
    public DiskProbe(string directory, int mebibytes)
    {
        Debug.Assert(mebibytes > 0 && mebibytes % StreamThreads == 0);
        _path = Path.Combine(directory, $"disk-{Guid.NewGuid():N}.bin");
        _bytes = (long)mebibytes * BlockBytes;
        try
        {
            using (var file = File.OpenHandle(_path, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                Fill(file);
                SystemCalls.DropCache(file);
            }

            var direct = SystemCalls.OpenDirect(_path);
            IsDirect = direct is not null;
            _file = direct ?? File.OpenHandle(_path, FileMode.Open, FileAccess.ReadWrite);
        }
        catch
        {
            File.Delete(_path);
            throw;
        }
    }

    /// <summary>Whether reads and writes pass the page cache by.</summary>
    public bool IsDirect { get; }

    /// <summary>How the cache was avoided, for a reader of the figures.</summary>
    public string CacheFact => IsDirect
        ? "O_DIRECT: the page cache has no part in it"
        : "no O_DIRECT here: cached pages are dropped (posix_fadvise) before each run";

    /// <summary>Times of reads one after the other.</summary>
    public LatencySamples RandomReads(int reads, int seed)
    {
        DropWhenCached();
        var samples = new LatencySamples();
        ReadPages(reads, seed, samples);
        return samples;
    }

    /// <summary>Reads a second of several threads, each with one read under way.</summary>
    public double RandomReadsPerSecond(int threads, int readsEach, int seed)
    {
        DropWhenCached();
        var seconds = ThreadTeam.Run(threads, number => ReadPages(readsEach, seed + 1 + number, null));
        return (double)threads * readsEach / seconds;
    }

    /// <summary>Bytes a second that are read in blocks of 1 MiB.</summary>
    public double SequentialReadBytesPerSecond()
    {
        DropWhenCached();
        return _bytes / ThreadTeam.Run(StreamThreads, number => Stream(number, isWrite: false));
    }

    /// <summary>Bytes a second that are written over the file in blocks of 1 MiB and made durable.</summary>
    public double SequentialWriteBytesPerSecond()
    {
        var seconds = ThreadTeam.Run(StreamThreads, number => Stream(number, isWrite: true));
        var started = Stopwatch.GetTimestamp();
        SystemCalls.SyncData(_file);
        return _bytes / (seconds + Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _file.Dispose();
        File.Delete(_path);
    }

    private void Fill(SafeFileHandle file)
    {
        // Noise, so that no layer below can store it smaller.
        var block = new byte[BlockBytes];
        var random = new Random(1);
        for (long offset = 0; offset < _bytes; offset += BlockBytes)
        {
            random.NextBytes(block);
            RandomAccess.Write(file, block, offset);
        }
    }

    private void DropWhenCached()
    {
        if (!IsDirect)
        {
            SystemCalls.DropCache(_file);
        }
    }

    private ulong ReadPages(int reads, int seed, LatencySamples? samples)
    {
        using var block = new PageBlock(PageBytes);
        var random = new Random(seed);
        ulong sum = 0;
        for (var read = 0; read < reads; read++)
        {
            var offset = random.NextInt64(_bytes / PageBytes) * PageBytes;
            var started = Stopwatch.GetTimestamp();
            RequireAll(RandomAccess.Read(_file, block.Span, offset), PageBytes);
            samples?.AddSince(started);
            sum += block.Span[0];
        }

        return sum;
    }

    private ulong Stream(int number, bool isWrite)
    {
        using var block = new PageBlock(BlockBytes);
        new Random(number).NextBytes(block.Span);
        var part = _bytes / StreamThreads;
        for (var offset = number * part; offset < (number + 1) * part; offset += BlockBytes)
        {
            if (isWrite)
            {
                RandomAccess.Write(_file, block.Span, offset);
            }
            else
            {
                RequireAll(RandomAccess.Read(_file, block.Span, offset), BlockBytes);
            }
        }

        return block.Span[0];
    }

    private void RequireAll(int read, int wanted)
    {
        if (read != wanted)
        {
            throw new EndOfStreamException($"{_path}: {read} bytes instead of {wanted}");
        }
    }
}

namespace Vesper.Bench.Limits;

/// <summary>
/// What this machine can do at most, for the shares that experiments print. The <c>limits</c> experiment measures the
/// same with more care.
/// </summary>
internal sealed class MachineLimits
{
    private const int SyncAppends = 40;
    private const int DiskMebibytes = 64;

    private readonly Dictionary<int, double> _readBytesPerSecond = [];
    private readonly Dictionary<int, double> _fmaFlops = [];
    private readonly bool _quick;

    private MachineLimits(bool quick) => _quick = quick;

    /// <summary>
    /// Milliseconds until an append of 4 KiB is durable (fdatasync, as the engine's log uses it), the median; 0 where
    /// it cannot be measured.
    /// </summary>
    public double FsyncMs { get; private init; }

    /// <summary>
    /// Bytes a second that the disk takes, past the page cache, made durable; 0 where it cannot be measured.
    /// </summary>
    public double SequentialWriteBytesPerSecond { get; private init; }

    /// <summary>Bytes a second of CRC-32C on one thread, three streams side by side.</summary>
    public double Crc32CBytesPerSecond { get; private init; }

    /// <summary>Measures one thread and all; within three seconds when quick.</summary>
    /// <param name="quick">Smaller arrays and fewer passes.</param>
    /// <param name="directory">On the disk that is asked about; null takes that of temporary files.</param>
    public static MachineLimits Measure(bool quick = true, string? directory = null)
    {
        directory ??= Path.GetTempPath();
        var limits = new MachineLimits(quick)
        {
            FsyncMs = SystemCalls.AreSupported
                ? SyncProbe.Measure(directory, SyncAppends, isDataOnly: true).PercentileMs(0.5)
                : 0,
            SequentialWriteBytesPerSecond = SystemCalls.AreSupported ? MeasureWriting(directory) : 0,
            Crc32CBytesPerSecond = ChecksumProbe.ThreeStreamsBytesPerSecond(quick),
        };
        limits.MeasureThreads(1);
        limits.MeasureThreads(Environment.ProcessorCount);
        return limits;
    }

    /// <summary>
    /// Bytes a second that threads read from memory together. One thread and all are known; another number is measured
    /// when it is first asked for, so ask before the work begins.
    /// </summary>
    /// <param name="threads">At least 1; more than there are processors count as these.</param>
    public double ReadBytesPerSecond(int threads) => _readBytesPerSecond[MeasureThreads(threads)];

    /// <summary>Float32 operations a second of threads together, two a fused multiply-add; as above.</summary>
    public double FmaFlops(int threads) => _fmaFlops[MeasureThreads(threads)];

    private static double MeasureWriting(string directory)
    {
        using var disk = new DiskProbe(directory, DiskMebibytes);
        return Math.Max(disk.SequentialWriteBytesPerSecond(), disk.SequentialWriteBytesPerSecond());
    }

    private int MeasureThreads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(threads);
        threads = Math.Min(threads, Environment.ProcessorCount);
        if (!_fmaFlops.ContainsKey(threads))
        {
            using var memory = new BandwidthProbe(threads, _quick);
            _readBytesPerSecond[threads] = memory.ReadBytesPerSecond();
            _fmaFlops[threads] = FmaProbe.Flops(threads, _quick);
        }

        return threads;
    }
}

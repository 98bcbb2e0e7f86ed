using Vesper.Cli.Importing;

namespace Vesper.Hosts.Tests.Cli.Importing;

public sealed class AcknowledgementsTests
{
    private readonly List<long> _reported = [];
    private ulong _durable;

    [Fact]
    public void SyncReportsEachBatchAtOnce()
    {
        var acknowledgements = Make(DurabilityLevel.Sync);
        acknowledgements.Written(new Lsn(1), 10);
        acknowledgements.Written(new Lsn(2), 20);
        acknowledgements.Flushed(20);
        Assert.Equal([10, 20], _reported);
    }

    [Fact]
    public void IntervalReportsABatchWhenTheLogIsDurableThatFar()
    {
        var acknowledgements = Make(DurabilityLevel.Interval);
        acknowledgements.Written(new Lsn(5), 10);
        acknowledgements.Written(new Lsn(9), 20);
        Assert.Empty(_reported);
        _durable = 8;
        acknowledgements.Written(new Lsn(12), 30);
        Assert.Equal([10], _reported);
        _durable = 12;
        acknowledgements.Written(new Lsn(20), 40);
        Assert.Equal([10, 20, 30], _reported);
        acknowledgements.Flushed(40);
        Assert.Equal([10, 20, 30, 40], _reported);
    }

    [Fact]
    public void NoneReportsOnceAfterTheFlush()
    {
        var acknowledgements = Make(DurabilityLevel.None);
        _durable = 100;
        acknowledgements.Written(new Lsn(1), 10);
        acknowledgements.Written(new Lsn(2), 20);
        Assert.Empty(_reported);
        acknowledgements.Flushed(20);
        Assert.Equal([20], _reported);
        Assert.Equal(20, acknowledgements.Acknowledged);
    }

    private Acknowledgements Make(DurabilityLevel level) => new(level, () => new Lsn(_durable), _reported.Add);
}

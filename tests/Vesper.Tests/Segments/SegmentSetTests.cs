using Vesper.Indexing;
using Vesper.Numerics.Memory;
using Vesper.Numerics.Selection;
using Vesper.Payloads;
using Vesper.Segments;

namespace Vesper.Tests.Segments;

public sealed class SegmentSetTests
{
    private static readonly SegmentSchema TwoFloats =
        new(new CollectionOptions { Vectors = { [""] = new(2, Metric.L2) } });

    [Fact]
    public void A_segment_is_freed_when_the_last_version_and_the_owner_let_go()
    {
        var scope = new MemoryScope("test");
        var old = new CountedSegment(3);
        var active = new ActiveSegment(TwoFloats, scope);
        var first = Version(1, old, active);
        var second = Version(2, old, active);
        Assert.True(first.TryAcquire());
        first.Release();
        old.Release();
        second.Release();
        Assert.Equal(0, old.Freed);
        first.Release();
        Assert.Equal(1, old.Freed);
        active.Release();
        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public void A_lease_keeps_its_version_whatever_is_published_and_ended_meanwhile()
    {
        var scope = new MemoryScope("test");
        var gone = new CountedSegment(3);
        var active = new ActiveSegment(TwoFloats, scope);
        active.Append(1, new byte[8], "{}"u8);
        var set = Version(1, gone, active);
        Assert.True(set.TryAcquire());
        using (var lease = new SegmentLease(set))
        {
            set.Release();
            gone.Release();
            active.Append(2, new byte[8], "{}"u8);
            active.Release();
            Assert.Equal(0, gone.Freed);
            Assert.Equal([1, 3], lease.Set.Views.Select(view => view.Count));
            Assert.Equal("{}"u8, lease.Set.Views[0].PayloadOf(new Ordinal(0)));
            Assert.True(set.TryAcquire());
            set.Release();
        }

        Assert.Equal(1, gone.Freed);
        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public void An_ended_version_cannot_be_leased()
    {
        var scope = new MemoryScope("test");
        var active = new ActiveSegment(TwoFloats, scope);
        var set = Version(1, active);
        set.Release();
        Assert.False(set.TryAcquire());
        active.Release();
        Assert.False(set.TryAcquire());
        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public void Views_are_newest_first_and_parts_are_told_apart()
    {
        var scope = new MemoryScope("test");
        var frozen = new ActiveSegment(TwoFloats, scope);
        frozen.Append(1, new byte[8], "{}"u8);
        frozen.Freeze(new CheckpointPosition(new Lsn(1), 1));
        var active = new ActiveSegment(TwoFloats, scope);
        var sealedPart = new CountedSegment(3);
        var set = Version(2, sealedPart, frozen, active);
        Assert.Equal([active, frozen, sealedPart], set.Views.Select(view => view.Segment));
        Assert.Same(active, set.Active);
        Assert.Same(frozen, Assert.Single(set.Frozen));
        Assert.Empty(set.Sealed);
        set.Release();
        foreach (var segment in new Segment[] { sealedPart, frozen, active })
        {
            segment.Release();
        }

        Assert.Equal(0, scope.Bytes);
    }

    [Fact]
    public async Task No_lease_ever_sees_a_freed_segment()
    {
        const int Versions = 2_000;
        var scope = new MemoryScope("test");
        var active = new ActiveSegment(TwoFloats, scope);
        var segments = Enumerable.Range(0, Versions).Select(rows => new CountedSegment(rows)).ToArray();
        var current = Version(0, segments[0], active);
        var leases = 0L;
        var readers = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
        {
            while (Volatile.Read(ref current) is var set && set.Lsn.Value < Versions - 1)
            {
                if (set.TryAcquire())
                {
                    using var lease = new SegmentLease(set);
                    Assert.Equal(0, ((CountedSegment)lease.Set.Segments[0]).Freed);
                    Interlocked.Increment(ref leases);
                }
            }
        })).ToArray();
        for (var version = 1; version < Versions; version++)
        {
            var previous = current;
            Volatile.Write(ref current, Version((ulong)version, segments[version], active));
            segments[version - 1].Release();
            previous.Release();
            await Task.Yield();
        }

        await Task.WhenAll(readers);
        current.Release();
        segments[^1].Release();
        active.Release();
        Assert.All(segments, segment => Assert.Equal(1, segment.Freed));
        Assert.Equal(0, scope.Bytes);
    }

    private static SegmentSet Version(ulong lsn, params Segment[] segments) =>
        new([.. segments], new Lsn(lsn), default, livePoints: 0);

    /// <summary>A segment of so many rows that counts how often it is freed.</summary>
    private sealed class CountedSegment(int rows) : Segment(new SegmentId(Guid.NewGuid()), TwoFloats)
    {
        private int _freed;

        public int Freed => Volatile.Read(ref _freed);

        public override int Count => rows;

        public override IIdColumn Ids => throw new NotSupportedException();

        public override IPayloadColumn Payloads => throw new NotSupportedException();

        public override IVectorStore Vectors(int field) => throw new NotSupportedException();

        public override IVectorIndex? Index(int field) => null;

        public override int IndexedRows(int field) => 0;

        public override IPayloadIndex? PayloadIndex(string path) => null;

        protected override void Free() => Interlocked.Increment(ref _freed);
    }
}

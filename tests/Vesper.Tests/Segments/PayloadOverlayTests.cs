using Vesper.Numerics.Selection;
using Vesper.Segments;

namespace Vesper.Tests.Segments;

public sealed class PayloadOverlayTests
{
    [Fact]
    public void Every_lsn_sees_its_own_version()
    {
        const int Seed = 82;
        var random = new Random(Seed);
        var overlay = new PayloadOverlay();
        var expected = new Dictionary<int, List<(Lsn Lsn, byte[] Payload)>>();
        Assert.True(overlay.IsEmpty);
        for (ulong lsn = 1; lsn <= 400; lsn++)
        {
            var row = random.Next(30);
            var payload = new byte[random.Next(2, 20)];
            overlay.Set(new Ordinal(row), new Lsn(lsn), payload, new Lsn(0));
            expected.TryAdd(row, []);
            expected[row].Add((new Lsn(lsn), payload));
        }

        Assert.False(overlay.IsEmpty);
        Assert.Equal(expected.Count, overlay.Count);
        var bytes = expected.Values.SelectMany(versions => versions).Sum(version => version.Payload.Length);
        Assert.Equal(bytes, overlay.Bytes);
        Assert.Equal(expected.Keys.Order(), overlay.Rows.Select(row => row.Value).Order());
        for (ulong at = 0; at <= 401; at++)
        {
            CheckAt(overlay, expected, new Lsn(at));
        }
    }

    [Fact]
    public void A_row_without_an_entry_has_no_versions()
    {
        var overlay = new PayloadOverlay();
        Assert.False(overlay.TryGet(new Ordinal(3), new Lsn(9), out var payload));
        Assert.Empty(payload);
        Assert.Empty(overlay.VersionsAfter(new Ordinal(3), new Lsn(0)));
        Assert.Equal(0, overlay.Bytes);
    }

    private static void CheckAt(
        PayloadOverlay overlay, Dictionary<int, List<(Lsn Lsn, byte[] Payload)>> expected, Lsn at)
    {
        foreach (var (row, versions) in expected)
        {
            var visible = versions.FindLast(version => version.Lsn <= at).Payload;
            Assert.Equal(visible is not null, overlay.TryGet(new Ordinal(row), at, out var found));
            Assert.Same(visible ?? [], found);
            Assert.Equal(versions.Where(version => version.Lsn > at), overlay.VersionsAfter(new Ordinal(row), at));
        }
    }
}

using System.Buffers.Binary;
using Vesper.Storage.Formats;
using Vesper.Tests.Storage.Files;

namespace Vesper.Tests.Storage.Formats;

/// <summary>Files are hostile: whatever is changed, there is a typed error or the right content.</summary>
public sealed class SectionFileDamageTests
{
    private const int HeaderChecksumAt = 60;
    private const int TrailerBytes = 64;

    private static readonly IReadOnlyList<(SectionKey Key, byte[] Content)> Sections =
        Specimen.Sections(21, 1_000, 0, 66_000, 64, 31);

    private static readonly long[] Extremes =
        [0, 1, -1, 1L << 31, (1L << 31) - 1, long.MaxValue, long.MinValue, 63, 64, 65, 1 << 16, 1L << 40];

    [Fact]
    public void EveryFlippedByteIsSeen()
    {
        FileReceipt receipt = Written(out byte[] whole);
        int accepted = 0;
        foreach (int at in SampledPlaces(whole.Length))
        {
            byte[] bytes = [.. whole];
            bytes[at] ^= (byte)(1 << (at % 8));
            bool seen = !Accepts(bytes, receipt, out bool same);
            Assert.True(seen || same, $"wrong content after a flip at {at}");
            Assert.True(seen || IsPadding(at), $"a flip at {at} went unseen");
            accepted += seen ? 0 : 1;
            Assert.NotEmpty(VerifyProblems(bytes));
        }

        Assert.InRange(accepted, 1, 64 * Sections.Count);
    }

    [Fact]
    public void EveryTruncationIsSeen()
    {
        FileReceipt receipt = Written(out byte[] whole);
        foreach (int length in SampledPlaces(whole.Length))
        {
            Assert.False(Accepts(whole[..length], receipt, out _), $"cut at {length}, receipt known");
            Assert.False(Accepts(whole[..length], null, out _), $"cut at {length}");
        }
    }

    [Fact]
    public void WhateverFollowsTheTrailerIsSeen()
    {
        Written(out byte[] whole);
        Assert.False(Accepts([.. whole, 0], null, out _));
        Assert.False(Accepts([.. whole, .. new byte[TrailerBytes]], null, out _));
        Assert.False(Accepts([.. whole, .. whole[^TrailerBytes..]], null, out _));
    }

    [Fact]
    public void AFooterOfAnotherFileIsSeen()
    {
        Written(out byte[] one);
        Written(out byte[] two);
        int footer = (int)BinaryPrimitives.ReadInt64LittleEndian(one.AsSpan(one.Length - TrailerBytes + 8));
        Assert.False(Accepts([.. one[..footer], .. two[footer..]], null, out _));
        Assert.False(Accepts([.. two[..64], .. one[64..]], null, out _));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void MutationsWithRepairedChecksumsAreTypedOrHarmless(int seed)
    {
        var random = new Random(seed);
        Written(out byte[] whole);
        for (int round = 0; round < 1_500; round++)
        {
            byte[] bytes = [.. whole];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                Mutate(bytes, random);
            }

            Repair(bytes);
            long before = GC.GetAllocatedBytesForCurrentThread();
            bool accepted = Accepts(bytes, null, out bool same);
            long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(allocated < (20 * whole.Length) + (1 << 20), $"seed {seed}, round {round}: {allocated} bytes");
            Assert.True(!accepted || same, $"seed {seed}, round {round}: wrong content");
        }
    }

    private static void Mutate(byte[] bytes, Random random)
    {
        int footer = FooterAt(bytes);
        (int start, int length) = random.Next(8) switch
        {
            0 => (8, 52),
            1 => (bytes.Length - TrailerBytes + 8, 52),
            _ => (footer, bytes.Length - TrailerBytes - 4 - footer),
        };
        int at = start + (random.Next(length) & (random.Next(4) == 0 ? -1 : -4));
        long old = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(Math.Min(at, bytes.Length - 8)));
        long value = random.Next(4) switch
        {
            0 => old + random.Next(-64, 65),
            1 => random.NextInt64(),
            _ => Extremes[random.Next(Extremes.Length)],
        };
        Span<byte> raw = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(raw, value);
        int width = Math.Min(1 << random.Next(4), bytes.Length - at);
        raw[..width].CopyTo(bytes.AsSpan(at));
    }

    /// <summary>Makes header, footer and trailer agree again where they can be found.</summary>
    private static void Repair(byte[] bytes)
    {
        Seal(bytes.AsSpan(0, HeaderChecksumAt + 4));
        int footer = FooterAt(bytes);
        Span<byte> trailer = bytes.AsSpan(bytes.Length - TrailerBytes);
        if (footer > 0)
        {
            Span<byte> all = bytes.AsSpan(footer, bytes.Length - TrailerBytes - footer);
            bytes.AsSpan(HeaderChecksumAt, 4).CopyTo(all[4..]);
            Seal(all);
            all[^4..].CopyTo(trailer[40..]);
        }

        Seal(trailer);
    }

    private static void Seal(Span<byte> part) =>
        BinaryPrimitives.WriteUInt32LittleEndian(part[^4..], Crc32C.Compute(part[..^4]));

    private static int FooterAt(byte[] bytes)
    {
        long at = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(bytes.Length - TrailerBytes + 8));
        return at >= 64 && at < bytes.Length - TrailerBytes - 52 ? (int)at : FooterOfWhole(bytes.Length);
    }

    /// <summary>Where the footer lies in the specimen, which has one layout.</summary>
    private static int FooterOfWhole(int length)
    {
        int blocks = Sections.Sum(section => (section.Content.Length + 65_535) / 65_536);
        return length - TrailerBytes - 52 - (32 * Sections.Count) - (4 * blocks);
    }

    /// <summary>All places of the small parts, every 97th of the large section.</summary>
    private static IEnumerable<int> SampledPlaces(int length) =>
        Enumerable.Range(0, length).Where(at => at < 1_400 || at > length - 2_000 || at % 97 == 0);

    private static bool IsPadding(int at)
    {
        int next = 64;
        foreach ((_, byte[] content) in Sections)
        {
            int end = next + content.Length;
            next = (end + 63) / 64 * 64;
            if (at >= end && at < next)
            {
                return true;
            }
        }

        return false;
    }

    private static FileReceipt Written(out byte[] bytes)
    {
        var files = new MemoryFileSystem();
        FileReceipt receipt = Specimen.Write(files, Sections);
        bytes = files.Read(Specimen.Path);
        return receipt;
    }

    private static bool Accepts(byte[] bytes, FileReceipt? receipt, out bool same)
    {
        same = false;
        try
        {
            same = Specimen.ReadAll(Specimen.With(bytes), Sections, receipt);
            return true;
        }
        catch (VesperException error) when (error is CorruptDataException or FormatVersionException)
        {
            return false;
        }
    }

    private static List<string> VerifyProblems(byte[] bytes)
    {
        var problems = new List<string>();
        try
        {
            using var reader = SectionFileReader.Open(
                Specimen.With(bytes), Specimen.Path, Specimen.Kind, Specimen.Version);
            reader.Verify((offset, problem) => problems.Add($"{offset}: {problem}"), CancellationToken.None);
        }
        catch (VesperException error)
        {
            problems.Add(error.Message);
        }

        return problems;
    }
}

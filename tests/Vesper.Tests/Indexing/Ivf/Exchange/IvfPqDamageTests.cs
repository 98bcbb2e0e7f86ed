using System.Buffers.Binary;
using System.Text;
using Vesper.Indexing.Ivf.Exchange;

namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>Each check of the loader, by a file that is sound in all else: hashes and trailer fit.</summary>
public sealed class IvfPqDamageTests
{
    private const int Payload = IvfPqSpecimen.SectionHeaderBytes;

    private static readonly IvfPqFileContent Content = IvfPqSpecimen.Make(1);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void AMissingSectionIsNamed(int type) =>
        AssertRefused(parts => parts.RemoveAt(At(parts, type)), $"section {(IvfPqSectionType)type}");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public void ASectionIsThereOnce(int type) =>
        AssertRefused(parts => parts.Insert(2, parts[At(parts, type)]), $"section {(IvfPqSectionType)type}");

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void ATableHasTheSizeOfTheHeadersNumbers(int type)
    {
        AssertRefused(
            parts => Change(parts, type, section => IvfPqSpecimen.Resized([.. section, 0, 0, 0, 0])),
            $"section {(IvfPqSectionType)type} of");
        AssertRefused(
            parts => Change(parts, type, section => IvfPqSpecimen.Resized(section[..^4])),
            $"section {(IvfPqSectionType)type} of");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void NumbersAreFinite(int type)
    {
        foreach (var bad in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
        {
            AssertRefused(
                parts => Change(parts, type, section =>
                {
                    BinaryPrimitives.WriteSingleLittleEndian(section.AsSpan(Payload + 8), bad);
                    return IvfPqSpecimen.Rehashed(section);
                }),
                $"section {(IvfPqSectionType)type}: finite numbers");
        }
    }

    [Fact]
    public void EachSectionHasItsHash()
    {
        foreach (IvfPqSectionType type in Enum.GetValues<IvfPqSectionType>())
        {
            AssertRefused(
                parts => Change(parts, (int)type, section =>
                {
                    section[20] ^= 1;
                    return section;
                }),
                $"section {type} of hash");
        }

        AssertRefused(
            parts => parts.Insert(1, [.. IvfPqSpecimen.Section(77, "later"u8)[..^1], 0]), "section 77 of hash");
    }

    [Theory]
    [InlineData(0, 4u)]
    [InlineData(0, 6u)]
    [InlineData(0, uint.MaxValue)]
    [InlineData(4, uint.MaxValue)]
    [InlineData(4, 0u)]
    public void ListsHaveTheCountsOfTheHeader(int at, uint value) => AssertRefused(
        parts => Change(parts, 3, section =>
        {
            BinaryPrimitives.WriteUInt32LittleEndian(section.AsSpan(Payload + at), value);
            return IvfPqSpecimen.Rehashed(section);
        }),
        "section Lists");

    [Fact]
    public void ACodeIsInsideItsCodebook()
    {
        CorruptDataException error = AssertRefused(
            parts => Change(parts, 3, section =>
            {
                section[Payload + 4 + 8 + 8 + 2] = 16;
                return IvfPqSpecimen.Rehashed(section);
            }),
            "section Lists: a code of at most 15");
        var parts = IvfPqSpecimen.Cut(IvfPqGolden.Save(Content));
        Assert.Equal(parts.Take(At(parts, 3)).Sum(part => part.Length) + Payload + 22, error.Offset);
    }

    [Fact]
    public void AnIdOccursOnce()
    {
        AssertRefused(
            parts => Change(parts, 3, section =>
            {
                section.AsSpan(Payload + 4 + 8, 8).CopyTo(section.AsSpan(Payload + 4 + 8 + 11));
                return IvfPqSpecimen.Rehashed(section);
            }),
            "section Lists: each id once");
    }

    [Theory]
    [InlineData(12, 2u)]
    [InlineData(12, 4u)]
    [InlineData(16, 0u)]
    [InlineData(16, 1u << 31)]
    [InlineData(20, 0u)]
    [InlineData(24, 4u)]
    [InlineData(24, 0u)]
    [InlineData(28, 0u)]
    [InlineData(28, 9u)]
    [InlineData(28, 3u)]
    [InlineData(32, 3u)]
    [InlineData(36, 1u)]
    [InlineData(40, uint.MaxValue)]
    [InlineData(44, 4u)]
    [InlineData(56, 65_537u)]
    public void TheHeadersNumbersFitEachOtherAndTheFile(int at, uint value) => AssertRefused(
        parts => BinaryPrimitives.WriteUInt32LittleEndian(parts[0].AsSpan(at), value), "expected ");

    [Fact]
    public void ARotationHasItsFlag() => AssertRefused(parts => parts[0][12] = 0, "section Rotation");

    [Fact]
    public void AnotherMajorVersionIsTooNewOrTooOld()
    {
        foreach (var (major, tooNew) in new[] { (2, true), (0, false), (ushort.MaxValue, true) })
        {
            var parts = IvfPqSpecimen.Cut(IvfPqGolden.Save(Content));
            BinaryPrimitives.WriteUInt16LittleEndian(parts[0].AsSpan(8), (ushort)major);
            var error = Assert.Throws<FormatVersionException>(() => IvfPqGolden.Load(IvfPqSpecimen.Join(parts)));
            Assert.Equal((major, tooNew), (error.Found, error.TooNew));
        }
    }

    [Fact]
    public void SectionsOfALaterMinorVersionAreSkippedAndTheOrderIsFree()
    {
        var random = new Random(3);
        for (var round = 0; round < 30; round++)
        {
            var parts = IvfPqSpecimen.Cut(IvfPqGolden.Save(Content));
            parts[0][10] = 7;
            byte[][] sections = [.. parts[1..^1], IvfPqSpecimen.Section(6, []), IvfPqSpecimen.Section(1u << 31, "?"u8)];
            random.Shuffle(sections);
            IvfPqSpecimen.AssertEqual(
                Content, IvfPqGolden.Load(IvfPqSpecimen.Join([parts[0], .. sections, parts[^1]])));
        }
    }

    [Fact]
    public void MetadataMayStandBehindTheHeaderInstead()
    {
        var text = Encoding.UTF8.GetBytes(Content.Model.Metadata!);
        var parts = IvfPqSpecimen.Cut(IvfPqGolden.Save(Content));
        BinaryPrimitives.WriteInt32LittleEndian(parts[0].AsSpan(56), text.Length);
        parts.Insert(1, text);
        Assert.Throws<CorruptDataException>(() => IvfPqGolden.Load(IvfPqSpecimen.Join(parts)));
        parts.RemoveAll(part => part.Length > 4 && IvfPqSpecimen.TypeOf(part) == 5);
        IvfPqSpecimen.AssertEqual(Content, IvfPqGolden.Load(IvfPqSpecimen.Join(parts)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{} ,")]
    [InlineData("{")]
    [InlineData("{}{}")]
    public void MetadataIsOneValue(string text) => AssertRefused(
        parts => parts[At(parts, 5)] = IvfPqSpecimen.Section(5, Encoding.UTF8.GetBytes(text)), "section Metadata");

    [Fact]
    public void ACompressedSectionIsNotDamage()
    {
        var parts = IvfPqSpecimen.Cut(IvfPqGolden.Save(Content));
        var at = At(parts, 1);
        var length = BinaryPrimitives.ReadInt64LittleEndian(parts[at].AsSpan(4));
        parts[at] = IvfPqSpecimen.Resized(parts[at][..^10]);
        BinaryPrimitives.WriteInt64LittleEndian(parts[at].AsSpan(4), length);
        var error = Assert.Throws<FormatVersionException>(() => IvfPqGolden.Load(IvfPqSpecimen.Join(parts)));
        Assert.Contains("section Centroids, compressed with Zstandard", error.Message, StringComparison.Ordinal);
        Assert.False(error.TooNew);
    }

    [Theory]
    [InlineData(4, 0ul)]
    [InlineData(12, 0ul)]
    [InlineData(12, 1ul << 62)]
    [InlineData(12, ulong.MaxValue)]
    [InlineData(4, ulong.MaxValue)]
    public void ASectionLiesInsideTheFile(int at, ulong value)
    {
        for (var type = 1; type <= 5; type++)
        {
            AssertRefused(
                parts => BinaryPrimitives.WriteUInt64LittleEndian(parts[At(parts, type)].AsSpan(at), value),
                "expected ");
        }
    }

    private static int At(List<byte[]> parts, int type) =>
        parts.FindIndex(1, part => IvfPqSpecimen.TypeOf(part) == type);

    private static void Change(List<byte[]> parts, int type, Func<byte[], byte[]> change)
    {
        var at = At(parts, type);
        parts[at] = change(parts[at]);
    }

    private static CorruptDataException AssertRefused(Action<List<byte[]>> damage, string named)
    {
        var parts = IvfPqSpecimen.Cut(IvfPqGolden.Save(Content));
        IvfPqSpecimen.AssertEqual(Content, IvfPqGolden.Load(IvfPqSpecimen.Join(parts)));
        damage(parts);
        var error = Assert.Throws<CorruptDataException>(() => IvfPqGolden.Load(IvfPqSpecimen.Join(parts)));
        Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.Equal("/index/ivfpq.bin", error.File);
        return error;
    }
}

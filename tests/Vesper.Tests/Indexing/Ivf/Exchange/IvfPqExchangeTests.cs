namespace Vesper.Tests.Indexing.Ivf.Exchange;

/// <summary>The public class over exchange files: loaded, searched, changed, saved.</summary>
public sealed class IvfPqExchangeTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("vesper-ivfpq-");

    [Theory]
    [InlineData("plain-v10")]
    [InlineData("plain-v11")]
    [InlineData("opq-v11")]
    public void Answers_as_the_first_implementation(string name)
    {
        using var file = Load(name);
        var vectors = IvfPqGolden.Vectors();
        foreach (var (query, expected) in IvfPqGolden.Expected(name).Index())
        {
            var found = file.Search(
                vectors.AsMemory(query * IvfPqGolden.Dimensions, IvfPqGolden.Dimensions),
                10,
                probes: 8,
                TestContext.Current.CancellationToken);
            Assert.Equal(expected.Length, found.Count);
            foreach (var ((_, distance), (_, estimate)) in expected.Zip(found))
            {
                Assert.InRange(estimate, distance * (1 - 1e-3) - 1e-3, distance * (1 + 1e-3) + 1e-3);
            }

            var worst = expected[^1].Distance * (1 - 1e-3);
            Assert.Subset(
                found.Select(hit => hit.Id).ToHashSet(),
                expected.Where(hit => hit.Distance < worst).Select(hit => hit.Id).ToHashSet());
        }
    }

    [Fact]
    public void Is_written_back_byte_for_byte()
    {
        using var file = Load("plain-v11");
        var path = Path.Combine(_directory.FullName, "back.bin");
        file.Save(path, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(IvfPqGolden.File("plain-v11"), File.ReadAllBytes(path));
    }

    [Fact]
    public void Takes_and_loses_vectors_under_ids_of_64_bits()
    {
        using var file = Load("plain-v11");
        var vector = IvfPqGolden.Vectors()[..IvfPqGolden.Dimensions];
        const ulong Id = ulong.MaxValue - 5;
        file.Add(Id, vector);
        Assert.Equal(IvfPqGolden.Rows + 1, file.Count);
        Assert.Throws<ArgumentException>(() => file.Add(Id, IvfPqGolden.Vectors()[..IvfPqGolden.Dimensions]));
        Assert.Contains(file.Search(vector, 2, 8, TestContext.Current.CancellationToken), hit => hit.Id == Id);
        Assert.True(file.TryReconstruct(Id, new float[IvfPqGolden.Dimensions]));
        Assert.True(file.Remove(Id));
        Assert.False(file.Remove(Id));
        Assert.False(file.TryReconstruct(Id, new float[IvfPqGolden.Dimensions]));
        Assert.DoesNotContain(file.Search(vector, 2, 8, TestContext.Current.CancellationToken), hit => hit.Id == Id);
        var path = Path.Combine(_directory.FullName, "again.bin");
        file.Save(path, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(IvfPqGolden.File("plain-v11"), File.ReadAllBytes(path));
    }

    [Fact]
    public void Refuses_what_does_not_fit()
    {
        using var file = Load("plain-v11");
        var cancellation = TestContext.Current.CancellationToken;
        Assert.Throws<SchemaException>(() => file.Search(new float[3], 1, 1, cancellation));
        Assert.Throws<SchemaException>(() => file.Search(
            Enumerable.Repeat(float.NaN, IvfPqGolden.Dimensions).ToArray(), 1, 1, cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => file.Search(new float[IvfPqGolden.Dimensions], 0, 1, cancellation));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => file.Search(new float[IvfPqGolden.Dimensions], 1, 0, cancellation));
        Assert.Equal(
            IvfPqGolden.Rows, file.Search(new float[IvfPqGolden.Dimensions], 10_000, 100, cancellation).Count);
        file.Metadata = "{";
        var path = Path.Combine(_directory.FullName, "refused.bin");
        Assert.Throws<SchemaException>(() => file.Save(path, cancellation: cancellation));
        Assert.False(File.Exists(path));
    }

    public void Dispose() => _directory.Delete(recursive: true);

    private IvfPqFile Load(string name)
    {
        var path = Path.Combine(_directory.FullName, $"{name}.bin");
        File.WriteAllBytes(path, IvfPqGolden.File(name));
        return IvfPqFile.Load(path, cancellation: TestContext.Current.CancellationToken);
    }
}

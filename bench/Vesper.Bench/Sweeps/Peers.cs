using Vesper.Bench.Datasets;
using Vesper.Bench.Drivers;

namespace Vesper.Bench.Sweeps;

/// <summary>An engine that answered.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="Hello">What it said.</param>
internal sealed record FoundEngine(string Engine, HelloAnswer Hello)
{
    /// <summary>The variants of it that are measured, of the kinds that it builds.</summary>
    public IEnumerable<EngineVariant> VariantsFor(Dataset dataset, bool smoke) =>
        VariantCatalog.Of(Engine, dataset, smoke).Where(variant => Hello.Indexes.Contains(variant.Index));
}

/// <summary>Finds out which of the engines that were named are there.</summary>
internal static class Peers
{
    /// <summary>Vesper first, then the peers that answer; of the others it is said why not.</summary>
    public static async Task<IReadOnlyList<FoundEngine>> FindAsync(
        BenchSession session, string experiment, CancellationToken cancellation)
    {
        var found = new List<FoundEngine>();
        foreach (var engine in session.Options.Peers.Prepend(DriverCatalog.Vesper))
        {
            try
            {
                await using var driver = await Driver.StartAsync(engine, session.Options, cancellation);
                found.Add(new FoundEngine(engine, driver.Hello));
                session.Say($"{engine} {driver.Hello.Version}: {string.Join("; ", driver.Hello.Facts)}");
            }
            catch (DriverException error)
            {
                session.Report(experiment, engine, "", error);
            }
        }

        return found;
    }
}

"""OpenFisca-Core: a variable whose formula applies a marginal rate scale to all records at once."""

import numpy
from openfisca_core.entities import build_entity
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.taxscales import MarginalRateTaxScale
from openfisca_core.variables import Variable
from task import MILLION, TIERS, run

Record = build_entity(key="record", plural="records", label="A record of usage", is_person=True)
SCALE = MarginalRateTaxScale()
for lower, price in TIERS:
    SCALE.add_bracket(lower, float(price))


class quantity(Variable):
    value_type = float
    entity = Record
    definition_period = DateUnit.MONTH


class amount(Variable):
    value_type = float
    entity = Record
    definition_period = DateUnit.MONTH

    def formula(record, period):
        return SCALE.calc(record("quantity", period))


def rate(quantities):
    system = TaxBenefitSystem([Record])
    system.add_variables(quantity, amount)
    simulation = SimulationBuilder().build_default_simulation(system, len(quantities))
    simulation.set_input("quantity", "2026-03", numpy.array(quantities) / MILLION)
    return simulation.calculate("amount", "2026-03").astype(float).tolist()


run(rate)
